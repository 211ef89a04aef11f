// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/prober.h"

#include <limits>

#include <ATen/core/grad_mode.h>

#include "moestro/ops/assign.h"
#include "moestro/probe/activation_probe.h"
#include "moestro/probe/choice_probe.h"
#include "moestro/probe/decision_probe.h"
#include "moestro/probe/expert_probe.h"
#include "moestro/probe/router_probe.h"
#include "moestro/tensor/host.h"
#include "moestro/train/step.h"

namespace moestro {
namespace {

constexpr int64_t kSequences = 4;    // of the probe text
constexpr int64_t kAblateEvery = 3;  // evaluations, for so many experts:
constexpr int64_t kAblatedAtOnce = 16;
constexpr int64_t kExpertTokens = 256;  // that every expert sees

// Spread over the domains.
Tensor probe_text(const Dataset& data) {
  const auto domains = static_cast<int64_t>(data.domains().size());
  auto windows = data.valid(std::max<int64_t>(1, kSequences / domains));
  if (std::ssize(windows) > kSequences) {
    windows.resize(kSequences);
  }
  return bytes_of(windows);
}

// The part of a layer that is a `Kind`, of a routing where it has several.
template <class Kind>
Kind* part_of(Layer& layer, std::string_view name, size_t routing) {
  Kind* found = nullptr;
  layer.parts([&](const PartPlace& place, Part& part) {
    auto* one = dynamic_cast<Kind*>(&part);
    if (found == nullptr && one != nullptr && place.name.starts_with(name) &&
        (place.routing == routing || place.routing == 0)) {
      found = one;
    }
  });
  return found;
}

void add(Measures& all, const std::string& name, double value) {
  if (!std::isnan(value)) {
    all.emplace_back(name, value);
  }
}

void append(Measures& all, const Measures& more) {
  all.insert(all.end(), more.begin(), more.end());
}

// [T] first choice, -1 = none.
Tensor first_choices(const Assignment& pairs, int64_t tokens) {
  const auto is_first = pairs.slot_N.eq(0).logical_and(pairs.expert_N.ge(0));
  return at::full({tokens}, -1, pairs.expert_N.options())
      .index_copy(
          0,
          pairs.token_N.masked_select(is_first),
          pairs.expert_N.masked_select(is_first));
}

// One routing of one layer on the probe text.
struct View {
  const LayerPass& pass;
  const Routing& routing;
  RouteContext context;
  Tensor chosen_TE;
};

// How many choices are the same when the layer's router routes again.
double overlap_with(
    const View& view, const Router& router, Phase phase, const Knobs& knobs) {
  const RouteContext again{
      .phase = phase,
      .at = view.context.at,
      .tokens = view.context.tokens,
      .knobs = knobs,
      .layout = view.context.layout,
      .routings = view.context.routings};
  const auto routing = router.route(view.pass.x_TD, again);
  return choice_overlap(
      view.chosen_TE, chosen(routing.pairs, view.chosen_TE.size(0)));
}

double without_bias(const View& view, const Router& router) {
  auto knobs = view.context.knobs;
  knobs.bias.assign(knobs.bias.size(), 0);
  return overlap_with(view, router, view.context.phase, knobs);
}

// bias-span, bias-largest, bias-saturation, bias-drift since the probe before.
Measures bias_measures(
    const std::vector<float>& bias, RoutingMemory& memory, double steps) {
  std::vector<double> now(bias.begin(), bias.end());
  Measures all;
  if (now.empty()) {
    return all;
  }
  const auto [least, most] = std::ranges::minmax(now);
  auto sorted = now;
  std::ranges::nth_element(sorted, sorted.begin() + std::ssize(sorted) / 2);
  const double middle = sorted[sorted.size() / 2];
  const auto wide = std::ranges::count_if(
      now, [middle](double b) { return std::abs(b - middle) >= 1; });
  add(all, "bias-span", most - least);
  add(all, "bias-largest", std::max(std::abs(least), std::abs(most)));
  add(all,
      "bias-saturation",
      static_cast<double>(wide) / static_cast<double>(now.size()));
  if (memory.bias_E.size() == now.size() && steps > 0) {
    double moved = 0;
    for (size_t e = 0; e < now.size(); ++e) {
      moved += std::abs(now[e] - memory.bias_E[e]);
    }
    add(all, "bias-drift", moved / static_cast<double>(now.size()) / steps);
  }
  memory.bias_E = std::move(now);
  return all;
}

// flip-rate, first-choice-flips, last-fluctuation, router-saturation.
Measures changes(
    const View& view,
    RoutingMemory& memory,
    const ProbeMemory& all,
    int64_t step) {
  Measures found;
  const auto T = view.chosen_TE.size(0), E = view.chosen_TE.size(1);
  const auto now_TE = view.chosen_TE.to(at::kCPU);
  const auto first_T = to_doubles(first_choices(view.routing.pairs, T));
  const auto before_TE = unpacked(memory.chosen, T, E);
  memory.changed_T.resize(first_T.size(), 0);
  if (before_TE.defined() && memory.first_T.size() == first_T.size()) {
    double flips = 0, last = 0;
    for (size_t t = 0; t < first_T.size(); ++t) {
      const bool other = first_T[t] != memory.first_T[t];
      flips += other ? 1 : 0;
      memory.changed_T[t] =
          other ? static_cast<double>(step) : memory.changed_T[t];
      last += memory.changed_T[t];
    }
    const auto tokens = static_cast<double>(T);
    add(found, "flip-rate", 1 - choice_overlap(now_TE, before_TE));
    add(found, "first-choice-flips", flips / tokens);
    add(found, "last-fluctuation", last / tokens / static_cast<double>(step));
  }
  // At probes 1, 2, 4, 8, ...
  const auto number = static_cast<uint64_t>(all.probes);
  if ((number & (number - 1)) == 0) {
    const auto half_TE = unpacked(memory.half, T, E);
    if (half_TE.defined()) {
      add(found, "router-saturation", choice_overlap(now_TE, half_TE));
    }
    memory.half = packed(now_TE);
  }
  memory.chosen = packed(now_TE);
  memory.first_T = first_T;
  return found;
}

Measures router_measures(const View& view) {
  Measures all;
  const auto& scores = view.routing.scores;
  if (scores.logits_TE.defined()) {
    append(all, decision(scores.logits_TE, view.context.knobs.k));
    add(all, "routing-confidence", routing_confidence(view.routing));
  }
  add(all,
      "sequential-repeat",
      sequential_repeat(view.chosen_TE, view.context.tokens.sequence_T));
  if (view.routing.fixed_k) {
    add(all,
        "coactivation",
        largest_lift(view.chosen_TE, view.context.knobs.k));
  }
  return all;
}

Measures expert_measures(const View& view, Layer& layer) {
  Measures all;
  const auto place = static_cast<size_t>(view.context.at.routing);
  const auto* experts = part_of<Experts>(layer, "experts", place);
  const auto& x_TD = view.pass.x_TD;
  const auto first_T = first_choices(view.routing.pairs, x_TD.size(0));
  add(all, "representation-collapse", scatter_ratio(x_TD, first_T + 1));
  if (experts == nullptr) {
    return all;
  }
  const auto E = view.context.num_experts();
  const auto y_ETD = expert_outputs(
      *experts, x_TD.slice(0, 0, std::min(kExpertTokens, x_TD.size(0))), E);
  append(all, output_similarity(y_ETD));
  append(all, output_share(y_ETD, view.routing));
  const auto rows_ED = layer.rows_ED();
  if (rows_ED.defined() && rows_ED.size(0) == E &&
      rows_ED.size(1) == x_TD.size(1)) {
    add(all, "router-alignment", router_alignment(*experts, rows_ED));
  }
  return all;
}

}  // namespace

Prober::Prober(const Config& config, TrainState& state, const Dataset& data)
    : state_(state),
      seed_(static_cast<uint64_t>(config.train.seed)),
      eval_every_(config.train.eval_every),
      bytes_SL1_(probe_text(data).to(state.device())) {}

LayerRecord* Prober::record_of(
    StepRecord& record, int32_t layer, const std::string& routing) const {
  for (auto& one : record.layers) {
    if (one.layer == layer && one.routing == routing) {
      return &one;
    }
  }
  return nullptr;
}

double Prober::loss(const std::function<void(const LayerPass&)>& tap) {
  const auto length = bytes_SL1_.size(1) - 1;
  const auto input = bytes_SL1_.narrow(1, 0, length);
  const auto tokens = tokens_of(input, 0);
  const Pass pass{
      .phase = Phase::kEvaluate,
      .at = {.seed = seed_, .step = state_.step},
      .tokens = tokens,
      .tap = tap};
  const auto logits = state_.model.forward(input, pass);
  return next_byte_loss(logits, bytes_SL1_.narrow(1, 1, length)).item<double>();
}

void Prober::look(StepRecord& record, const LayerPass& pass, Depth depth) {
  const auto number = pass.context.at.layer;
  const auto l = static_cast<size_t>(number);
  if (!state_.layers.routes(l)) {
    return;
  }
  auto& layer = state_.layers.layer(l);
  const double steps = static_cast<double>(state_.step) - state_.probes.step;
  for (size_t i = 0; i < pass.out.routings.size(); ++i) {
    const auto& [name, routing] = pass.out.routings[i];
    auto* const own = record_of(record, number, name);
    if (own == nullptr || !routing.pairs.expert_N.defined()) {
      continue;
    }
    const View view{
        pass,
        routing,
        pass.context.of(i),
        chosen(routing.pairs, pass.x_TD.size(0))};
    auto& memory = state_.probes.routings[{number, name}];
    append(own->extras, router_measures(view));
    append(own->extras, changes(view, memory, state_.probes, state_.step));
    const auto* router = part_of<Router>(layer, "router", i);
    if (router != nullptr) {
      add(own->extras,
          "mode-flips",
          1 - overlap_with(view, *router, Phase::kTrain, view.context.knobs));
    }
    if (router != nullptr && has_bias(l, i)) {
      add(own->extras, "bias-overlap", without_bias(view, *router));
      append(
          own->extras, bias_measures(view.context.knobs.bias, memory, steps));
    }
    add(own->extras, "activation-kurtosis", kurtosis(pass.out.y_TD));
    if (depth == Depth::kExperts) {
      append(own->extras, expert_measures(view, layer));
    }
  }
}

// A bias that nobody moves, and that is 0, is none.
bool Prober::has_bias(size_t layer, size_t place) const {
  auto& routing = state_.layers.routings(layer)[place];
  return state_.balancer.moves(routing, "bias") ||
         std::ranges::any_of(
             routing.knobs.bias, [](float b) { return b != 0; });
}

void Prober::ablate(LayerRecord& record, double whole) {
  auto& routings = state_.layers.routings(static_cast<size_t>(record.layer));
  auto& bias = routings.front().knobs.bias;
  const auto experts = routings.front().layout.target.size();
  const auto kept = bias;
  double least = std::numeric_limits<double>::quiet_NaN();
  for (size_t e = 0; e < experts; ++e) {
    bias.resize(experts, 0);
    bias[e] = -std::numeric_limits<float>::infinity();
    const double rise = loss({}) - whole;
    least = std::fmin(least, rise);
    add(record.extras, "ablation/" + std::to_string(e), rise);
    bias = kept;
  }
  add(record.extras, "ablation", least);
}

// E passes of the probe text a layer: one layer every few evaluations, and the
// more experts the more rarely.
void Prober::ablate_in_turn(StepRecord& record, double whole) {
  std::vector<LayerRecord*> routed;
  int64_t experts = 0;
  for (auto& layer : record.layers) {
    const auto l = static_cast<size_t>(layer.layer);
    if (state_.layers.routes(l)) {
      routed.push_back(&layer);
      experts = std::max(
          experts, std::ssize(state_.layers.routings(l)[0].layout.target));
    }
  }
  const auto every =
      kAblateEvery * ((experts + kAblatedAtOnce - 1) / kAblatedAtOnce);
  const auto turn = eval_every_ > 0 ? state_.step / eval_every_ : 1;
  if (!routed.empty() && turn % every == 1) {
    const auto whose = static_cast<size_t>(turn / every) % routed.size();
    ablate(*routed[whose], whole);
  }
}

void Prober::add_to(StepRecord& record, Depth depth) {
  if (record.skipped) {
    return;
  }
  const at::NoGradGuard no_gradient;
  state_.probes.probes += 1;
  const double whole =
      loss([&](const LayerPass& pass) { look(record, pass, depth); });
  state_.probes.step = static_cast<double>(state_.step);
  for (auto& layer : record.layers) {
    const auto rows_ED =
        state_.layers.layer(static_cast<size_t>(layer.layer)).rows_ED();
    if (rows_ED.defined()) {
      append(layer.extras, conditioning(rows_ED));
    }
  }
  if (depth == Depth::kExperts) {
    ablate_in_turn(record, whole);
  }
}

}  // namespace moestro
