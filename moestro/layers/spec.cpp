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
    param<&O::router>(
        "router", "what routes: the parts below in a row, or one kernel"),
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
    param<&O::experts>("experts", "routed experts of a layer", kCount)
        .with(
            {.aliases = "moe.num_experts,moe.num_local_experts,"
                        "moe.n_routed_experts"}),
    param<&O::top_k>("top_k", "experts a token", kCount)
        .with({.aliases = "moe.num_experts_per_tok,moe.moe_router_topk"}),
    param<&O::hidden>("hidden", "hidden units of one expert", kCount)
        .with({.aliases = "moe.moe_intermediate_size,moe.moe_ffn_hidden_size"}),
    param<&O::shared_experts>(
        "shared_experts", "experts that see every token", {0, 64})
        .with({.aliases = "moe.n_shared_experts"}),
    param<&O::capacity_factor>(
        "capacity_factor",
        "slots per expert over T*k/E; 0 = no limit",
        kPositive)
        .with({.aliases = "moe.moe_expert_capacity_factor"}),
    param<&O::temperature>("temperature", "divides the logits", {1e-6, 1e6}),
    param<&O::init_std>("init_std", "of the router's rows", kPositive),
    param<&O::allow_future_leak>(
        "allow_future_leak", "accept routing that sees later tokens"),
    param<&O::allow_dead_router>(
        "allow_dead_router",
        "accept weights that give the router no gradient")};

constexpr PartKey kSingles[] = {
    {"layer", "layer", &O::layer},
    {"router", "router", &O::router},
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
}

// What the router and the model always provide.
constexpr Traits kProvided = {Trait::kScores, Trait::kRunLength};

using Entries = std::vector<const Registry::Entry*>;

// Names that nobody registered fail, also those that this kind of layer does
// not use; a name twice would be one part that counts double.
void check_names(const Registry& registry, const MoeOptions& o, int64_t layer) {
  for (const auto& key : kSingles) {
    (void)registry.expect(key.kind, o.*key.field);
  }
  for (const auto& key : kLists) {
    std::vector<std::string_view> seen;
    for (const auto name : split(o.*key.field)) {
      (void)registry.expect(key.kind, name);
      if (std::ranges::find(seen, name) != seen.end()) {
        fail_configuration(
            "moe." + std::string(key.key) + " lists '" + std::string(name) +
                "' twice" + at_layer(layer),
            "moe." + std::string(key.key));
      }
      seen.push_back(name);
    }
  }
}

// The parts that compute in this layer.
Entries parts_of(const Registry& registry, const LayerSpec& spec) {
  const auto& o = spec.moe;
  Entries parts = {&registry.expect("layer", o.layer)};
  if (!routes(registry, spec)) {
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

// The first that is needed and not offered; "" where nothing is missing.
std::string_view missing(Traits needs, Traits offered) {
  needs.bits &= ~offered.bits;
  for (const auto& [trait, name] : kTraitNames) {
    if (needs.has(trait)) {
      return name;
    }
  }
  return "";
}

void check_needs(const Entries& parts, const PartSite& site) {
  auto offered = kProvided;
  offered.bits |= site.provided.bits;
  for (const auto* part : parts) {
    offered.bits |= part->info->offers.bits;
  }
  for (const auto* part : parts) {
    const auto need = missing(part->info->needs, offered);
    if (!need.empty()) {
      fail_configuration(
          std::string(part->kind) + " '" + std::string(part->info->name) +
          "' needs " + std::string(need) +
          ", which neither a part of this layer nor the model offers" +
          at_layer(site.layer));
    }
  }
}

// Whatever decides about a token: all but what computes with it, or from the
// sums of a batch.
bool decides(std::string_view kind) {
  return kind != "experts" && kind != "loss" && kind != "controller";
}

// A part that can be causal may not be so with these parameters.
bool causal_as_made(
    const Registry& registry,
    const LayerSpec& spec,
    const PartSite& site,
    std::string_view kind) {
  if (kind == Select::kKind) {
    return make_from<Select>(registry, spec, spec.moe.select, site)->causal();
  }
  return kind != Admit::kKind ||
         make_from<Admit>(registry, spec, spec.moe.admit, site)->causal();
}

void check_causal(
    const Registry& registry,
    const LayerSpec& spec,
    const PartSite& site,
    const Entries& parts) {
  for (const auto* part : parts) {
    if (!decides(part->kind) ||
        (part->info->offers.has(Trait::kCausal) &&
         causal_as_made(registry, spec, site, part->kind))) {
      continue;
    }
    fail_configuration(
        std::string(part->kind) + " '" + std::string(part->info->name) +
            "' lets a token see later ones, which falsifies a causal model; "
            "set moe.allow_future_leak=true to train it all the same" +
            at_layer(site.layer),
        "moe.allow_future_leak");
  }
}

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

bool routes(const Registry& registry, const LayerSpec& spec) {
  return registry.expect("layer", spec.moe.layer)
      .info->offers.has(Trait::kRoutes);
}

void check_fit(
    const Registry& registry, const LayerSpec& spec, const PartSite& site) {
  check_sizes(spec.moe, site.layer);
  check_names(registry, spec.moe, site.layer);
  const auto parts = parts_of(registry, spec);
  check_needs(parts, site);
  if (site.causal && !spec.moe.allow_future_leak) {
    check_causal(registry, spec, site, parts);
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
