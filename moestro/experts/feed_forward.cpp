// SPDX-License-Identifier: Apache-2.0
// A bank of feed-forward experts, down(activation(up x)). SwiGLU (2002.05202)
// has a gate beside the widened row: silu(gate) * up.
#include <ATen/ops/bmm.h>

#include "moestro/ops/experts.h"
#include "moestro/ops/part.h"
#include "moestro/tensor/initial.h"

namespace moestro::experts_parts {
namespace feed_forward_part {

struct Params {
  std::string_view activation = "swiglu";
};

constexpr Param kParams[] = {
    param<&Params::activation>("activation", "what is done to hidden units")
        .with({.choices = "swiglu,gelu,relu"})};

// The whole mixture of parameters is one matrix product: [S, E] x [E, P].
Tensor mixture(const Tensor& mix_SE, const Tensor& matrix_EFD) {
  return mix_SE.matmul(matrix_EFD.flatten(1))
      .view({mix_SE.size(0), matrix_EFD.size(1), matrix_EFD.size(2)});
}

Tensor initial_up(const PartSite& site, Activation activation) {
  return initial_normal(
      {site.num_experts,
       widening(activation) * site.hidden_dim,
       site.model_dim},
      1 / std::sqrt(static_cast<double>(site.model_dim)),
      {site.seed, site.layer, "experts.up"});
}

// Residual branches add up over the depth: start each one smaller.
Tensor initial_down(const PartSite& site) {
  const auto hidden = static_cast<double>(site.hidden_dim);
  return initial_normal(
      {site.num_experts, site.model_dim, site.hidden_dim},
      1 / std::sqrt(2 * hidden * site.num_layers),
      {site.seed, site.layer, "experts.down"});
}

class FeedForward final : public Experts {
 public:
  FeedForward(const Params& p, const PartSite& site)
      : activation_(activation_of(p.activation)),
        up_EFD_(trained(initial_up(site, activation_))),
        down_EDF_(trained(initial_down(site))) {}

  void tensors(const TensorVisitor& visit) override {
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

  [[nodiscard]] Tensor forward(
      const Tensor& x_TD,
      const Assignment& pairs,
      const Tensor& weight_N) const override {
    return experts(x_TD, pairs, weight_N, {up_EFD_, down_EDF_, activation_});
  }

  [[nodiscard]] Tensor merged(
      const Tensor& x_SLD, const Tensor& mix_SE) const override {
    const auto up_SFD = mixture(mix_SE, up_EFD_);
    const auto down_SDF = mixture(mix_SE, down_EDF_);
    const auto h =
        activate(at::bmm(x_SLD, up_SFD.transpose(1, 2)), activation_).h;
    return at::bmm(h, down_SDF.transpose(1, 2));
  }

  [[nodiscard]] Tensor dense(const Tensor& x) const override {
    return moestro::feed_forward(x, up_EFD_[0], down_EDF_[0], activation_);
  }

 private:
  Activation activation_;
  Tensor up_EFD_, down_EDF_;
};

}  // namespace feed_forward_part

extern constinit const Variant<Experts> feed_forward = {
    .info =
        {.name = "feed-forward",
         .summary = "two matrices an expert with an activation between them",
         .paper = "2002.05202",
         .params = feed_forward_part::kParams},
    .make = make_part<
        Experts,
        feed_forward_part::FeedForward,
        feed_forward_part::Params>};

}  // namespace moestro::experts_parts
