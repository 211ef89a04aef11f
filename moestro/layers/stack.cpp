// SPDX-License-Identifier: Apache-2.0
#include "moestro/layers/stack.h"

#include "moestro/base/text.h"

namespace moestro {
namespace {

Traits provided_by(const StackSite& s) {
  Traits provided{};
  if (s.vocabulary > 0) {
    provided.bits |= static_cast<uint32_t>(Trait::kTokenIds);
  }
  if (s.replays) {
    provided.bits |= static_cast<uint32_t>(Trait::kReplay);
  }
  return provided;
}

std::vector<RoutingState> states_of(const Layer& layer, const LayerSpec& spec) {
  std::vector<RoutingState> states;
  for (const auto& name : layer.routings()) {
    states.push_back(
        {name, initial_knobs(spec, {}), uniform_layout(spec.moe.experts)});
  }
  if (states.empty()) {
    states.push_back(
        {"", initial_knobs(spec, {}), uniform_layout(spec.moe.experts)});
  }
  return states;
}

}  // namespace

Stack::Stack(
    const Registry& registry,
    std::span<const LayerSpec> specs,
    const StackSite& s) {
  for (size_t i = 0; i < specs.size(); ++i) {
    auto layer = make_layer(
        registry,
        specs[i],
        {.model_dim = s.model_dim,
         .vocabulary = s.vocabulary,
         .layer = static_cast<int32_t>(i),
         .num_layers = static_cast<int32_t>(specs.size()),
         .seed = s.seed,
         .causal = s.causal,
         .provided = provided_by(s)});
    auto states = states_of(*layer, specs[i]);
    blocks_.push_back(
        {specs[i],
         std::move(layer),
         moestro::routes(registry, specs[i]),
         std::move(states)});
  }
}

void Stack::tensors(const TensorVisitor& visit) {
  for (size_t i = 0; i < blocks_.size(); ++i) {
    const auto number = static_cast<int32_t>(i);
    blocks_[i].layer->tensors([&visit, number](const NamedTensor& tensor) {
      auto named = tensor;
      named.name = two_digits(number) + "." + tensor.name;
      named.layer = number;
      visit(named);
    });
  }
}

LayerOutput Stack::forward(
    size_t i, const Tensor& x_TD, const Pass& pass) const {
  const auto& block = blocks_[i];
  auto at = pass.at;
  at.layer = static_cast<int32_t>(i);
  const RouteContext ctx{
      .phase = pass.phase,
      .at = at,
      .tokens = pass.tokens,
      .knobs = block.routings[0].knobs,
      .layout = block.routings[0].layout,
      .routings = block.routings,
      .replay_TK = pass.replay_TK.empty() ? Tensor() : pass.replay_TK[i]};
  auto out = block.layer->forward(x_TD, ctx);
  if (pass.tap) {
    pass.tap({x_TD, out, ctx});
  }
  return out;
}

}  // namespace moestro
