// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/conduct_panel.h"

#include <algorithm>
#include <cmath>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/linalg_vector_norm.h>

#include "moestro/stats/robust.h"
#include "moestro/tensor/host.h"

namespace moestro {
namespace {

std::vector<double> lengths_of(const Tensor& rows) {
  return to_doubles(
      at::linalg_vector_norm(rows.detach().to(at::kDouble), 2, 1));
}

void add_rows(RoutingPanel& panel, const TrainState& state, size_t layer) {
  const auto rows_ED = state.layers.layer(layer).rows_ED();
  const auto& moe = state.layers.spec(layer).moe;
  if (rows_ED.defined() && moe.gate == "linear") {
    panel.row_length_E = lengths_of(rows_ED);
    panel.first_row_length =
        moe.init_std * std::sqrt(static_cast<double>(rows_ED.size(1)));
  }
}

// Against the median expert, tensor by tensor; the least counts.
void add_sizes(RoutingPanel& panel, TrainState& state, size_t layer) {
  auto& size_E = panel.size_E;
  state.layers.layer(layer).tensors([&size_E](const NamedTensor& t) {
    if (t.role != Role::kExperts || !t.expert_dim) {
      return;
    }
    const auto own_E =
        lengths_of(t.value.detach().transpose(0, *t.expert_dim).flatten(1));
    const double usual = std::max(median(own_E), 1e-30);
    size_E.resize(own_E.size(), std::numeric_limits<double>::infinity());
    for (size_t e = 0; e < own_E.size(); ++e) {
      size_E[e] = std::min(size_E[e], own_E[e] / usual);
    }
  });
}

std::set<std::string> owned_knobs(
    const TrainState& state,
    RoutingState& routing,
    const std::vector<std::string>& losses) {
  std::vector<std::string> knobs = {
      "bias", "k", "temperature", "noise", "capacity"};
  for (const auto& loss : losses) {
    knobs.push_back("loss_weight." + loss);
  }
  std::set<std::string> owned;
  std::ranges::copy_if(
      knobs, std::inserter(owned, owned.end()), [&](const std::string& knob) {
        return state.balancer.moves(routing, knob.c_str());
      });
  return owned;
}

RoutingPanel panel_of_routing(
    TrainState& state, size_t layer, RoutingState& routing) {
  RoutingPanel panel{
      .layer = static_cast<int32_t>(layer),
      .routing = routing.name,
      .knobs = routing.knobs};
  for (const auto& loss : state.balancer.losses_of(layer)) {
    panel.losses.push_back(loss.name);
  }
  const auto rule = state.balancer.bias_rule(layer);
  panel.balancer = rule.controller;
  panel.bias_rate = rule.rate;
  panel.owned = owned_knobs(state, routing, panel.losses);
  add_rows(panel, state, layer);
  add_sizes(panel, state, layer);
  return panel;
}

}  // namespace

Panel panel_of(TrainState& state, std::vector<int64_t> checkpoints) {
  const at::NoGradGuard no_gradient;
  Panel panel{.run = state.run_knobs, .checkpoints = std::move(checkpoints)};
  for (size_t l = 0; l < state.layers.size(); ++l) {
    if (!state.layers.routes(l)) {
      continue;
    }
    for (auto& routing : state.layers.routings(l)) {
      panel.routings.push_back(panel_of_routing(state, l, routing));
    }
  }
  return panel;
}

}  // namespace moestro
