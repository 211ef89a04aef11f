// SPDX-License-Identifier: Apache-2.0
// What one layer is made of, after defaults, recipe, files and overrides.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/registry.h"
#include "moestro/ops/part.h"

MOESTRO_API_BEGIN
namespace moestro {

// The keys moe.*: names of parts and the numbers that several parts share.
struct MoeOptions {
  std::string_view recipe = "deepseek-v3";
  std::string_view layer = "routed";
  std::string_view router = "parts";
  std::string_view gate = "linear", score = "softmax", select = "top-k";
  std::string_view admit = "all", weigh = "normalised", exchange = "local";
  std::string_view expert = "feed-forward";
  std::string_view perturbs, losses, controllers;
  int64_t experts = 8, top_k = 2, hidden = 128, shared_experts = 0;
  double capacity_factor = 0, temperature = 1;
  double init_std = 0.02;
  bool allow_future_leak = false, allow_dead_router = false;
};

// Descriptors of MoeOptions: keys without the prefix "moe.".
[[nodiscard]] std::span<const Param> moe_params();

// The kinds whose part is named by one key, and those named by a list.
struct PartKey {
  std::string_view kind;  // of the registry; also in moe.<kind>.<part>.<param>
  std::string_view key;
  std::string_view MoeOptions::* field;
};
[[nodiscard]] std::span<const PartKey> single_part_keys();
[[nodiscard]] std::span<const PartKey> list_part_keys();

// One value of a part's parameter.
struct PartParam {
  std::string_view kind, part;
  const Param* param;
  Value value;
};

struct LayerSpec {
  MoeOptions moe;
  std::vector<PartParam> params;  // later wins

  [[nodiscard]] std::vector<std::pair<const Param*, Value>> given(
      std::string_view kind, std::string_view part) const;
};

// A part of the layer, made with its parameters; ConfigurationError when nobody
// registered the name.
template <class Kind>
std::unique_ptr<Kind> make_from(
    const Registry& registry,
    const LayerSpec& spec,
    std::string_view name,
    const typename Kind::Site& site) {
  const auto given = spec.given(Kind::kKind, name);
  return registry.at<Kind>(name).make(given, site);
}

// The traits that the layer's own parts offer and need, checked against each
// other and against the model. ConfigurationError with the reason; a causality
// refusal names moe.allow_future_leak=true. The site is that of the layer,
// with the spec's own numbers.
void check_fit(const Registry&, const LayerSpec&, const PartSite&);

// The layer's kind sends tokens to experts.
[[nodiscard]] bool routes(const Registry&, const LayerSpec&);

// Knobs that the layer starts from.
[[nodiscard]] Knobs initial_knobs(
    const LayerSpec&, std::span<const double> loss_weights);

}  // namespace moestro
MOESTRO_API_END
