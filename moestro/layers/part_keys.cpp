// SPDX-License-Identifier: Apache-2.0
#include "moestro/layers/part_keys.h"

#include <algorithm>

#include "moestro/base/text.h"

namespace moestro {
namespace {

// Metrics and the like are no part of a layer.
bool set_by_keys(std::string_view kind) {
  const auto of_kind = [kind](const PartKey& key) { return key.kind == kind; };
  return std::ranges::any_of(single_part_keys(), of_kind) ||
         std::ranges::any_of(list_part_keys(), of_kind);
}

std::string prefix_of(const Registry::Entry& entry) {
  for (const auto& key : single_part_keys()) {
    if (key.kind == entry.kind) {
      return "moe." + std::string(key.key) + ".";
    }
  }
  return "moe." + std::string(entry.kind) + "." +
         std::string(entry.info->name) + ".";
}

}  // namespace

std::vector<PartParamKey> part_param_keys(const Registry& registry) {
  std::vector<PartParamKey> keys;
  for (const auto& entry : registry.entries()) {
    if (!set_by_keys(entry.kind)) {
      continue;
    }
    for (const auto& p : entry.info->params) {
      keys.push_back(
          {prefix_of(entry) + std::string(p.name),
           entry.kind,
           entry.info->name,
           &p});
    }
  }
  return keys;
}

const PartKey* single_part_key(std::string_view word) {
  const auto keys = single_part_keys();
  const auto found = std::ranges::find(keys, word, &PartKey::key);
  return found == keys.end() ? nullptr : &*found;
}

const PartKey* list_part_key(std::string_view kind) {
  const auto keys = list_part_keys();
  const auto found = std::ranges::find(keys, kind, &PartKey::kind);
  return found == keys.end() ? nullptr : &*found;
}

bool uses(const MoeOptions& moe, std::string_view kind, std::string_view part) {
  const auto named = [&](const PartKey& key) {
    const auto names = split(moe.*key.field);
    return key.kind == kind && std::ranges::find(names, part) != names.end();
  };
  return std::ranges::any_of(single_part_keys(), named) ||
         std::ranges::any_of(list_part_keys(), named);
}

bool names_parts(std::string_view name) {
  const auto lists = list_part_keys();
  return single_part_key(name) != nullptr ||
         std::ranges::find(lists, name, &PartKey::key) != lists.end();
}

bool is_alias(const Param& param, std::string_view key) {
  const auto words = split(param.aliases);
  return std::ranges::find(words, key) != words.end();
}

}  // namespace moestro
