// SPDX-License-Identifier: Apache-2.0
#include "moestro/model/attention.h"

#include <ATen/ops/linear.h>
#include <ATen/ops/outer.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/scaled_dot_product_attention.h>

#include "moestro/tensor/host.h"
#include "moestro/tensor/initial.h"

namespace moestro {

Attention::Attention(const ModelOptions& o, uint64_t seed, int32_t layer)
    : heads_(o.heads) {
  const auto std = 1 / std::sqrt(static_cast<double>(o.dim));
  qkv_ = trained(
      initial_normal({3 * o.dim, o.dim}, std, {seed, layer, "attention.qkv"}));
  out_ = trained(initial_normal(
      {o.dim, o.dim},
      std / std::sqrt(2.0 * static_cast<double>(o.layers)),
      {seed, layer, "attention.out"}));
  const auto head = o.dim / o.heads;
  const auto exponent =
      at::arange(0, head, 2, at::kDouble) / static_cast<double>(head);
  const auto frequency = at::pow(o.rope_base, -exponent);
  const auto angle = at::outer(at::arange(o.context, at::kDouble), frequency);
  const auto both = at::cat({angle, angle}, 1);
  cos_Ld_ = both.cos().to(at::kFloat);
  sin_Ld_ = both.sin().to(at::kFloat);
}

void Attention::tensors(const TensorVisitor& visit) {
  visit({.name = "qkv", .value = qkv_});
  visit({.name = "out", .value = out_});
}

Attention::Angles Attention::angles(int64_t length, at::Device device) const {
  return {
      without_waiting(cos_Ld_.narrow(0, 0, length), device),
      without_waiting(sin_Ld_.narrow(0, 0, length), device)};
}

Tensor Attention::rotate(const Tensor& x, const Angles& by) {
  const auto halves = x.chunk(2, -1);
  const auto turned = at::cat({-halves[1], halves[0]}, -1);
  return x * by.cos_Ld + turned * by.sin_Ld;
}

Tensor Attention::forward(const Tensor& x_SLD) const {
  const auto S = x_SLD.size(0), L = x_SLD.size(1), D = x_SLD.size(2);
  const auto heads = at::linear(x_SLD, qkv_)
                         .view({S, L, 3, heads_, D / heads_})
                         .permute({2, 0, 3, 1, 4});
  const auto by = angles(L, x_SLD.device());
  const auto mixed = at::scaled_dot_product_attention(
      rotate(heads[0], by),
      rotate(heads[1], by),
      heads[2],
      /*attn_mask=*/{},
      /*dropout_p=*/0.0,
      /*is_causal=*/true);
  return at::linear(mixed.transpose(1, 2).reshape({S, L, D}), out_);
}

}  // namespace moestro
