// SPDX-License-Identifier: Apache-2.0
// Two runs side by side, for people and for programs.
#pragma once

#include <string>
#include <string_view>

#include "moestro/base/api.h"
#include "moestro/base/json.h"
#include "moestro/diagnose/compare.h"
#include "moestro/serve/ink.h"

MOESTRO_API_BEGIN
namespace moestro {

struct Names {
  std::string_view a, b;  // of the runs
};

[[nodiscard]] std::string compare_text(const Comparison&, Names, Style);
[[nodiscard]] Json to_json(const Comparison&, Names);

}  // namespace moestro
MOESTRO_API_END
