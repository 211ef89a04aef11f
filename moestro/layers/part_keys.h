// SPDX-License-Identifier: Apache-2.0
// Where parts and their parameters are set: the names of keys.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/registry.h"
#include "moestro/layers/spec.h"

MOESTRO_API_BEGIN
namespace moestro {

// One parameter of one registered part. Of a kind that one key names:
// "moe.select.groups"; of a kind with lists: "moe.loss.switch.weight".
struct PartParamKey {
  std::string key;
  std::string_view kind, part;
  const Param* param;
};
[[nodiscard]] std::vector<PartParamKey> part_param_keys(const Registry&);

// The kind that "select" of moe.select names; nullptr for other words.
[[nodiscard]] const PartKey* single_part_key(std::string_view word);
// The kind that "loss" of moe.loss.switch.weight belongs to.
[[nodiscard]] const PartKey* list_part_key(std::string_view kind);

// The layer uses the part.
[[nodiscard]] bool uses(
    const MoeOptions&, std::string_view kind, std::string_view part);

// moe.NAME is a part, or a list of parts.
[[nodiscard]] bool names_parts(std::string_view name);

// The word is one of the comma-separated aliases.
[[nodiscard]] bool is_alias(const Param&, std::string_view key);

}  // namespace moestro
MOESTRO_API_END
