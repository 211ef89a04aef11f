// SPDX-License-Identifier: Apache-2.0
#include "moestro/lab/route_once.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_unique.h>

#include "moestro/base/error.h"
#include "moestro/base/text.h"
#include "moestro/layers/layer.h"
#include "moestro/ops/assign.h"
#include "moestro/tensor/host.h"
#include "moestro/train/config.h"

namespace moestro {
namespace {

// Stands where the recipe's gate would: the input is the logits.
class GivenLogits final : public Gate {
 public:
  [[nodiscard]] Logits gate(
      const Tensor& logits_TE, const RouteContext&) const override {
    return {.live = logits_TE};
  }
};

Config config_for(
    const RouteRequest& request, const RouteInput& in, const Registry& r) {
  auto settings = request.settings;
  const auto add = [&settings](const char* key, SettingValue value) {
    settings.push_back({key, std::move(value), {.file = "route"}});
  };
  add("moe.recipe", request.recipe);
  add("moe.allow_future_leak", true);
  add("model.layers", int64_t{1});
  add("model.first_dense", int64_t{0});
  if (in.logits_TE.defined()) {
    add("moe.experts", in.logits_TE.size(1));
  }
  return resolve(settings, r);
}

Tokens tokens_for(const RouteInput& in, int64_t rows) {
  Tokens tokens{
      .valid_T = in.mask_T.defined() ? ValidRows(in.mask_T)
                                     : ValidRows::all(rows, at::kCPU),
      .sequence_T = at::zeros({rows}, at::kLong),
      .serial_T = at::arange(rows, at::kLong),
      .id_T = in.id_T,
      .num_sequences = 1};
  if (in.sequence_T.defined()) {
    const auto [values, index] = at::_unique(in.sequence_T, true, true);
    tokens.sequence_T = index;
    tokens.num_sequences = std::max<int64_t>(values.size(0), 1);
  }
  return tokens;
}

// Empty where none is given.
std::vector<float> bias_of(const RouteInput& in, int64_t experts) {
  if (!in.bias_E.defined()) {
    return {};
  }
  if (in.bias_E.size(0) != experts) {
    fail_data(
        "'bias' has " + std::to_string(in.bias_E.size(0)) + " entries for " +
        std::to_string(experts) + " experts");
  }
  const auto values = to_doubles(in.bias_E);
  return {values.begin(), values.end()};
}

// One more than the largest id. Parts that read ids need some, but not where
// given logits stand in for the gate that would.
int64_t vocabulary_of(
    const RouteInput& in, const LayerSpec& spec, const Registry& registry) {
  if (in.id_T.defined()) {
    return in.id_T.max().item<int64_t>() + 1;
  }
  const auto& gate = registry.at<Gate>(spec.moe.gate).info;
  if (!in.logits_TE.defined() && gate.needs.has(Trait::kTokenIds)) {
    fail_data(
        "gate '" + std::string(gate.name) + "' reads 'ids', which are missing");
  }
  return 0;
}

std::unique_ptr<Router> router_for(
    const LayerSpec& spec,
    const RouteInput& in,
    const PartSite& site,
    const Registry& registry) {
  return make_router(
      registry,
      spec,
      site,
      in.logits_TE.defined() ? std::make_unique<GivenLogits>() : nullptr);
}

Json assignments_of(const Routing& routing) {
  const auto count = routing.pairs.offset_E1[-1].item<int64_t>();
  const auto token = to_ints(routing.pairs.token_N);
  const auto expert = to_ints(routing.pairs.expert_N);
  const auto slot = to_ints(routing.pairs.slot_N);
  const auto weight = to_doubles(routing.weight_N);
  std::vector<size_t> order(static_cast<size_t>(count));
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, [&](size_t a, size_t b) {
    return std::pair(token[a], slot[a]) < std::pair(token[b], slot[b]);
  });
  JsonArray list;
  for (const auto i : order) {
    Json pair;
    pair.set("token", token[i])
        .set("expert", expert[i])
        .set("slot", slot[i])
        .set("weight", weight[i]);
    list.push_back(std::move(pair));
  }
  return list;
}

std::vector<std::string> loss_names(
    const RouteRequest& request, const LayerSpec& spec) {
  std::vector<std::string> names;
  for (const auto name : split(spec.moe.losses)) {
    names.emplace_back(name);
  }
  for (const auto& name : request.losses) {
    if (std::ranges::find(names, name) == names.end()) {
      names.push_back(name);
    }
  }
  return names;
}

Json losses_of(
    const RouteRequest& request,
    const LayerSpec& spec,
    const LossView& view,
    const PartSite& site,
    const Registry& registry) {
  Json values(JsonObject{});
  for (const auto& name : loss_names(request, spec)) {
    const auto& info = registry.at<Loss>(name).info;
    const bool blind = info.needs.has(Trait::kRows) && !view.rows_ED.defined();
    if (blind &&
        std::ranges::find(request.losses, name) != request.losses.end()) {
      fail_configuration(
          "loss '" + name +
          "' reads the router's rows, which logits do not show; give "
          "--features FILE");
    }
    if (blind) {
      continue;
    }
    const auto loss = make_from<Loss>(registry, spec, name, site);
    values.set(name, loss->value(view).to(at::kDouble).item<double>());
  }
  return values;
}

}  // namespace

std::vector<std::string> notes_of(
    const RouteRequest& request, const RouteInput& in, const Registry& r) {
  auto notes = config_for(request, in, r).notes;
  std::erase_if(
      notes, [](const std::string& note) { return !note.starts_with("moe."); });
  return notes;
}

Json route_once(
    const RouteRequest& request, const RouteInput& in, const Registry& r) {
  const at::NoGradGuard no_grad;
  const auto config = config_for(request, in, r);
  const auto& spec = config.layers.front();
  if (!routes(r, spec)) {
    fail_configuration(
        "recipe '" + request.recipe + "' routes no tokens: its layer is '" +
        std::string(spec.moe.layer) + "'");
  }
  const auto& x = in.logits_TE.defined() ? in.logits_TE : in.features_TD;
  const auto site = site_of(
      spec,
      {.model_dim = x.size(1),
       .vocabulary = vocabulary_of(in, spec, r),
       .seed = static_cast<uint64_t>(config.train.seed),
       .causal = false});
  const auto router = router_for(spec, in, site, r);
  const auto tokens = tokens_for(in, x.size(0));
  auto knobs = initial_knobs(spec, {});
  knobs.bias = bias_of(in, spec.moe.experts);
  const auto layout = uniform_layout(spec.moe.experts);
  const RouteContext ctx{
      .phase = Phase::kEvaluate,
      .at = {},
      .tokens = tokens,
      .knobs = knobs,
      .layout = layout};
  const auto routing = router->route(x, ctx);

  const auto demand = to_ints(routing.pairs.demand_E);
  const auto kept = to_ints(routing.pairs.offset_E1.diff());
  std::vector<int64_t> dropped(demand.size());
  std::ranges::transform(demand, kept, dropped.begin(), std::minus{});
  const LossView view{
      .routing = routing,
      .context = ctx,
      .sums = routing.sums,
      .rows_ED = in.logits_TE.defined() ? Tensor() : router->rows_ED()};
  Json out;
  out.set("version", 1)
      .set("tokens", x.size(0))
      .set("experts", spec.moe.experts)
      .set("assignments", assignments_of(routing))
      .set("demand", demand)
      .set("kept", kept)
      .set("dropped", dropped)
      .set("losses", losses_of(request, spec, view, site, r));
  return out;
}

}  // namespace moestro
