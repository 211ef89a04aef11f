// SPDX-License-Identifier: Apache-2.0
#include "moestro/experts/feed_forward_experts.h"

#include <ATen/ops/bmm.h>

#include "moestro/tensor/initial.h"

namespace moestro {
namespace {

// The whole mixture of parameters is one matrix product: [S, E] x [E, P].
Tensor mixture(const Tensor& mix_SE, const Tensor& matrix_EFD) {
  return mix_SE.matmul(matrix_EFD.flatten(1))
      .view({mix_SE.size(0), matrix_EFD.size(1), matrix_EFD.size(2)});
}

}  // namespace

FeedForwardExperts::FeedForwardExperts(
    const PartSite& site, Activation activation)
    : activation_(activation) {
  const auto in = static_cast<double>(site.model_dim);
  const auto hidden = static_cast<double>(site.hidden_dim);
  up_EFD_ = initial_normal(
      {site.num_experts,
       widening(activation) * site.hidden_dim,
       site.model_dim},
      1 / std::sqrt(in),
      {site.seed, site.layer, "experts.up"});
  // Residual branches add up over the depth: start each one smaller.
  down_EDF_ = initial_normal(
      {site.num_experts, site.model_dim, site.hidden_dim},
      1 / std::sqrt(2 * hidden * site.num_layers),
      {site.seed, site.layer, "experts.down"});
}

void FeedForwardExperts::tensors(const TensorVisitor& visit) {
  visit(
      {.name = "up",
       .value = up_EFD_,
       .role = Role::kExperts,
       .expert_dim = 0});
  visit(
      {.name = "down",
       .value = down_EDF_,
       .role = Role::kExperts,
       .expert_dim = 0});
}

Tensor FeedForwardExperts::forward(
    const Tensor& x_TD, const Assignment& pairs, const Tensor& weight_N) const {
  return experts(x_TD, pairs, weight_N, {up_EFD_, down_EDF_, activation_});
}

Tensor FeedForwardExperts::merged(
    const Tensor& x_SLD, const Tensor& mix_SE) const {
  const auto up_SFD = mixture(mix_SE, up_EFD_);
  const auto down_SDF = mixture(mix_SE, down_EDF_);
  const auto h = activate(at::bmm(x_SLD, up_SFD.transpose(1, 2)), activation_);
  return at::bmm(h, down_SDF.transpose(1, 2));
}

Tensor FeedForwardExperts::dense(const Tensor& x) const {
  return feed_forward(x, up_EFD_[0], down_EDF_[0], activation_);
}

}  // namespace moestro
