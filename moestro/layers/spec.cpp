// SPDX-License-Identifier: Apache-2.0
#include "moestro/layers/spec.h"

#include "moestro/base/error.h"
#include "moestro/base/text.h"

namespace moestro {
namespace {

using O = MoeOptions;

constexpr Range kCount{1, 65536};
constexpr Range kPositive{0, 1e9};

constexpr Param kMoeParams[] = {
    param<&O::recipe>("recipe", "the published system to start from"),
    param<&O::layer>("layer", "kind of layer: routed, dense, smear, ..."),
    param<&O::gate>("gate", "part that turns tokens into logits"),
    param<&O::score>("score", "part that turns logits into scores"),
    param<&O::select>("select", "part that picks experts"),
    param<&O::admit>("admit", "part that applies capacity"),
    param<&O::weigh>("weigh", "part that gives combine weights"),
    param<&O::exchange>("exchange", "part that moves rows to experts"),
    param<&O::expert>("expert", "kind of expert network"),
    list_param<&O::perturbs>("perturbs", "noise parts, in order"),
    list_param<&O::losses>("losses", "balance losses"),
    list_param<&O::controllers>("controllers", "balance controllers"),
    param<&O::experts>("experts", "routed experts of a layer", kCount),
    param<&O::top_k>("top_k", "experts a token", kCount),
    param<&O::hidden>("hidden", "hidden units of one expert", kCount),
    param<&O::shared_experts>(
        "shared_experts", "experts that see every token", {0, 64}),
    param<&O::groups>("groups", "groups of experts (group-limited)", kCount),
    param<&O::group_topk>("group_topk", "groups a token may use", kCount),
    param<&O::min_capacity>(
        "min_capacity", "least slots of an expert", kPositive),
    param<&O::route_scale>(
        "route_scale", "factor of all combine weights", kPositive),
    param<&O::capacity_factor>(
        "capacity_factor",
        "slots per expert over T*k/E; 0 = no limit",
        kPositive),
    param<&O::temperature>("temperature", "divides the logits", {1e-6, 1e6}),
    param<&O::init_std>("init_std", "of the router's rows", kPositive),
    param<&O::orthogonal_init>(
        "orthogonal_init", "the router's rows start orthonormal"),
    param<&O::allow_future_leak>(
        "allow_future_leak", "accept routing that sees later tokens")};

constexpr PartKey kSingles[] = {
    {"layer", "layer", &O::layer},
    {"gate", "gate", &O::gate},
    {"score", "score", &O::score},
    {"select", "select", &O::select},
    {"admit", "admit", &O::admit},
    {"weigh", "weigh", &O::weigh},
    {"exchange", "exchange", &O::exchange},
    {"experts", "expert", &O::expert}};

constexpr PartKey kLists[] = {
    {"perturb", "perturbs", &O::perturbs},
    {"loss", "losses", &O::losses},
    {"controller", "controllers", &O::controllers}};

std::string at_layer(int64_t layer) {
  return " (layer " + std::to_string(layer) + ")";
}

void check_sizes(const MoeOptions& o, int64_t layer) {
  if (o.top_k > o.experts) {
    fail_configuration(
        "moe.top_k = " + std::to_string(o.top_k) + " exceeds moe.experts = " +
        std::to_string(o.experts) + at_layer(layer));
  }
  if (o.experts % o.groups != 0) {
    fail_configuration(
        "moe.groups = " + std::to_string(o.groups) +
        " does not divide moe.experts = " + std::to_string(o.experts) +
        at_layer(layer));
  }
  if (o.group_topk > o.groups) {
    fail_configuration(
        "moe.group_topk = " + std::to_string(o.group_topk) +
        " exceeds moe.groups = " + std::to_string(o.groups) + at_layer(layer));
  }
  if (o.experts / o.groups * o.group_topk < o.top_k) {
    fail_configuration(
        "moe.group_topk = " + std::to_string(o.group_topk) +
        " leaves fewer than moe.top_k experts to choose from" +
        at_layer(layer));
  }
}

// Every part of the layer, by kind and name; names that nobody registered fail.
std::vector<const Registry::Entry*> parts_of(
    const Registry& registry, const MoeOptions& o) {
  std::vector<const Registry::Entry*> parts = {
      &registry.expect("layer", o.layer)};
  if (o.layer != "routed") {
    return parts;
  }
  for (const auto& key : kSingles) {
    if (key.kind != "layer") {
      parts.push_back(&registry.expect(key.kind, o.*key.field));
    }
  }
  for (const auto& key : kLists) {
    for (const auto name : split(o.*key.field)) {
      parts.push_back(&registry.expect(key.kind, name));
    }
  }
  return parts;
}

// What the router and the model always provide.
constexpr Traits kProvided = {Trait::kScores};

}  // namespace

std::span<const Param> moe_params() {
  return kMoeParams;
}
std::span<const PartKey> single_part_keys() {
  return kSingles;
}
std::span<const PartKey> list_part_keys() {
  return kLists;
}

std::vector<std::pair<const Param*, Value>> LayerSpec::given(
    std::string_view kind, std::string_view part) const {
  std::vector<std::pair<const Param*, Value>> values;
  for (const auto& p : params) {
    if (p.kind == kind && p.part == part) {
      values.emplace_back(p.param, p.value);
    }
  }
  return values;
}

void check_fit(
    const Registry& registry,
    const LayerSpec& spec,
    int64_t layer,
    const PartSite& site) {
  check_sizes(spec.moe, layer);
  const auto parts = parts_of(registry, spec.moe);
  auto offered = kProvided;
  for (const auto* part : parts) {
    offered.bits |= part->info->offers.bits;
  }
  for (const auto* part : parts) {
    for (const auto& [trait, name] : kTraitNames) {
      if (part->info->needs.has(trait) && !offered.has(trait)) {
        fail_configuration(
            std::string(part->kind) + " '" + std::string(part->info->name) +
            "' needs " + std::string(name) +
            ", which no part of this layer offers" + at_layer(layer));
      }
    }
    const bool decides = part->kind == "layer" || part->kind == "select";
    if (site.causal && decides && !spec.moe.allow_future_leak &&
        !part->info->offers.has(Trait::kCausal)) {
      fail_configuration(
          std::string(part->kind) + " '" + std::string(part->info->name) +
          "' lets a token see later ones, which falsifies a causal model; set "
          "moe.allow_future_leak=true to train it all the same" +
          at_layer(layer));
    }
  }
}

Knobs initial_knobs(
    const LayerSpec& spec, std::span<const double> loss_weights) {
  return {
      .bias = std::vector<float>(static_cast<size_t>(spec.moe.experts), 0.0F),
      .k = spec.moe.top_k,
      .temperature = spec.moe.temperature,
      .noise = 1,
      .capacity = spec.moe.capacity_factor,
      .loss_weight = {loss_weights.begin(), loss_weights.end()}};
}

}  // namespace moestro
