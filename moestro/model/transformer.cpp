// SPDX-License-Identifier: Apache-2.0
#include "moestro/model/transformer.h"

#include <ATen/ops/embedding.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/rms_norm.h>

#include "moestro/base/text.h"
#include "moestro/tensor/initial.h"

namespace moestro {
namespace {

Tensor normalise(const Tensor& x, const Tensor& gain) {
  return at::rms_norm(x, {x.size(-1)}, gain, 1e-6);
}

}  // namespace

Transformer::Transformer(
    const ModelOptions& o,
    std::span<const LayerSpec> layers,
    const Registry& registry,
    uint64_t seed) {
  embedding_VD_ = trained(
      initial_normal({kVocabulary, o.dim}, 1.0, {seed, -1, "embedding"}));
  head_VD_ = trained(initial_normal(
      {kVocabulary, o.dim},
      1 / std::sqrt(static_cast<double>(o.dim)),
      {seed, -1, "head"}));
  norm_ = trained(at::ones({o.dim}));
  for (size_t i = 0; i < layers.size(); ++i) {
    const auto number = static_cast<int32_t>(i);
    const PartSite site{
        .model_dim = o.dim,
        .layer = number,
        .num_layers = static_cast<int32_t>(layers.size()),
        .seed = seed};
    blocks_.push_back(
        {.norm1 = trained(at::ones({o.dim})),
         .norm2 = trained(at::ones({o.dim})),
         .attention = std::make_unique<Attention>(o, seed, number),
         .layer = make_layer(registry, layers[i], site),
         .layout = uniform_layout(layers[i].moe.experts)});
  }
}

void Transformer::tensors(const TensorVisitor& visit) {
  visit({.name = "embedding", .value = embedding_VD_, .decayed = false});
  for (size_t i = 0; i < blocks_.size(); ++i) {
    auto& block = blocks_[i];
    const auto number = static_cast<int32_t>(i);
    const TensorVisitor in_block = [&visit, number](const NamedTensor& tensor) {
      auto named = tensor;
      named.name = "block." + two_digits(number) + "." + tensor.name;
      named.layer = number;
      visit(named);
    };
    in_block({.name = "norm1", .value = block.norm1, .decayed = false});
    block.attention->tensors(prefixed(in_block, "attention."));
    in_block({.name = "norm2", .value = block.norm2, .decayed = false});
    block.layer->tensors(prefixed(in_block, "layer."));
  }
  visit({.name = "norm", .value = norm_, .decayed = false});
  visit({.name = "head", .value = head_VD_});
}

Tensor Transformer::forward(const Tensor& bytes_SL, const Pass& pass) const {
  auto x_SLD = at::embedding(embedding_VD_, bytes_SL);
  for (size_t i = 0; i < blocks_.size(); ++i) {
    const auto& block = blocks_[i];
    x_SLD = x_SLD + block.attention->forward(normalise(x_SLD, block.norm1));
    x_SLD = x_SLD + run_layer(i, normalise(x_SLD, block.norm2), pass);
  }
  return at::linear(normalise(x_SLD, norm_), head_VD_);
}

Tensor Transformer::run_layer(
    size_t i, const Tensor& x_SLD, const Pass& pass) const {
  const auto& knobs = pass.knobs[i];
  auto at = pass.at;
  at.layer = static_cast<int32_t>(i);
  const RouteContext ctx{
      .phase = pass.phase,
      .at = at,
      .tokens = pass.tokens,
      .knobs = knobs,
      .layout = blocks_[i].layout,
      .bias_E = at::tensor(at::ArrayRef<float>(knobs.bias))};
  const auto out = blocks_[i].layer->forward(x_SLD.flatten(0, 1), ctx);
  if (pass.tap) {
    for (const auto& [name, routing] : out.routings) {
      pass.tap(at.layer, name, routing, ctx);
    }
  }
  if (pass.watch) {
    pass.watch(at.layer, x_SLD.flatten(0, 1), out);
  }
  return out.y_TD.view_as(x_SLD);
}

Tokens tokens_of(const Tensor& bytes_SL, int64_t first_serial) {
  const auto S = bytes_SL.size(0), L = bytes_SL.size(1);
  const auto longs = bytes_SL.options().dtype(at::kLong);
  return {
      .valid_T = at::ones({S * L}, bytes_SL.options().dtype(at::kBool)),
      .sequence_T = at::arange(S, longs).repeat_interleave(L),
      .serial_T = at::arange(first_serial, first_serial + S * L, longs),
      .id_T = bytes_SL.flatten(),
      .label_T = {},
      .num_sequences = S};
}

}  // namespace moestro
