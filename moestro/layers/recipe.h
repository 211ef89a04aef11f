// SPDX-License-Identifier: Apache-2.0
// A published system: a named composition of parts, with paper and caveats.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/settings.h"

MOESTRO_API_BEGIN
namespace moestro {

struct Recipe {
  std::string name, summary, paper, since = "0.1.0";
  bool causal = true;
  std::vector<std::string> caveats;
  std::vector<Setting> settings;  // moe.*
};

[[nodiscard]] std::vector<Recipe> recipes();

// ConfigurationError with a did-you-mean when there is none of that name.
[[nodiscard]] Recipe recipe_called(std::string_view name);

}  // namespace moestro
MOESTRO_API_END
