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

Transformer::Transformer(const ModelOptions& o, Stack& layers, uint64_t seed)
    : layers_(layers) {
  embedding_VD_ = trained(
      initial_normal({kVocabulary, o.dim}, 1.0, {seed, -1, "embedding"}));
  head_VD_ = trained(initial_normal(
      {kVocabulary, o.dim},
      1 / std::sqrt(static_cast<double>(o.dim)),
      {seed, -1, "head"}));
  norm_ = trained(at::ones({o.dim}));
  for (size_t i = 0; i < layers.size(); ++i) {
    blocks_.push_back(
        {.norm1 = trained(at::ones({o.dim})),
         .norm2 = trained(at::ones({o.dim})),
         .attention =
             std::make_unique<Attention>(o, seed, static_cast<int32_t>(i))});
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
    layers_.layer(i).tensors(prefixed(in_block, "layer."));
  }
  visit({.name = "norm", .value = norm_, .decayed = false});
  visit({.name = "head", .value = head_VD_});
}

Tensor Transformer::forward(const Tensor& bytes_SL, const Pass& pass) const {
  auto x_SLD = at::embedding(embedding_VD_, bytes_SL);
  for (size_t i = 0; i < blocks_.size(); ++i) {
    const auto& block = blocks_[i];
    x_SLD = x_SLD + block.attention->forward(normalise(x_SLD, block.norm1));
    const auto in_SLD = normalise(x_SLD, block.norm2);
    const auto out = layers_.forward(i, in_SLD.flatten(0, 1), pass);
    x_SLD = x_SLD + out.y_TD.view_as(x_SLD);
  }
  return at::linear(normalise(x_SLD, norm_), head_VD_);
}

Tokens tokens_of(const Tensor& bytes_SL, int64_t first_serial) {
  const auto S = bytes_SL.size(0), L = bytes_SL.size(1);
  const auto longs = bytes_SL.options().dtype(at::kLong);
  return {
      .valid_T = ValidRows::all(S * L, bytes_SL.device()),
      .sequence_T = at::arange(S, longs).repeat_interleave(L),
      .serial_T = at::arange(first_serial, first_serial + S * L, longs),
      .id_T = bytes_SL.flatten(),
      .num_sequences = S};
}

}  // namespace moestro
