// SPDX-License-Identifier: Apache-2.0
// scenarios/*.toml as the program carries them; the table is generated.
#pragma once

#include <span>
#include <string_view>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

struct ScenarioText {
  std::string_view name, text;
};

[[nodiscard]] std::span<const ScenarioText> scenario_texts();

}  // namespace moestro
MOESTRO_API_END
