// SPDX-License-Identifier: Apache-2.0
#include "cli/settings_options.h"

namespace moestro {

void SettingsOptions::declare(Command& command) {
  command.repeated("--set", sets, "KEY=VALUE, changes any key; repeatable");
  command.option("--data", data, "folder of text; the same as data.path");
  command.option("--threads", threads, "the same as train.threads");
}

std::vector<Setting> SettingsOptions::settings() const {
  std::vector<Setting> all;
  if (!data.empty()) {
    all.push_back({"data.path", data, {.file = "--data"}});
  }
  if (threads != 0) {
    all.push_back({"train.threads", threads, {.file = "--threads"}});
  }
  const auto more = parse_overrides(sets);
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace moestro
