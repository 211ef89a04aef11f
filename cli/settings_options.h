// SPDX-License-Identifier: Apache-2.0
// --set and the short forms that several verbs share.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "moestro/base/settings.h"

namespace moestro {

struct SettingsOptions {
  std::vector<std::string> sets;
  std::string data;
  int64_t threads = 0;

  void declare(Command&);
  // In the order: --data, --threads, --set.
  [[nodiscard]] std::vector<Setting> settings() const;
};

}  // namespace moestro
