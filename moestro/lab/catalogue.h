// SPDX-License-Identifier: Apache-2.0
// Everything that a configuration can name, described from the descriptors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/json.h"
#include "moestro/base/registry.h"

MOESTRO_API_BEGIN
namespace moestro {

struct MethodKey {
  std::string name, key, type, preset, meaning;
  std::string choices, aliases, unit, example;  // lists with commas
  Json value, min, max;
};

struct Method {
  std::string kind, name, summary, paper, since;
  std::vector<MethodKey> keys;
  std::string needs, offers;  // names, comma-separated
  std::vector<std::string> caveats;
  std::string text;                  // of a recipe: its TOML
  bool causal = true;                // of a recipe
  Json parts;                        // of a recipe: kind -> name or names
  const Reading* reading = nullptr;  // of a metric
};

// Parts by kind, then recipes, then the plain sections of the configuration
// (kind "section"). With a name: those of that name; ConfigurationError when
// there are none.
[[nodiscard]] std::vector<Method> catalogue(
    const Registry&, std::string_view name);

[[nodiscard]] Json to_json(const std::vector<Method>&);

}  // namespace moestro
MOESTRO_API_END
