// SPDX-License-Identifier: Apache-2.0
// logits = x W^T (Shazeer et al., 1701.06538; the gate of almost every system).
//
// W [E, D] stays in single precision whatever the model's type. It starts
// normal with the router's own standard deviation, or with orthonormal rows
// (SimBal, 2506.14038).
#include "moestro/ops/part.h"
#include "moestro/tensor/initial.h"

namespace moestro::gates {
namespace linear_part {

struct Params {
  bool orthogonal = false;
};

constexpr Param kParams[] = {
    param<&Params::orthogonal>("orthogonal", "rows start orthonormal")
        .with({.aliases = "moe.orthogonal_init"})};

Tensor initial_rows(const Params& p, const PartSite& site) {
  const InitialKey key = {
      .seed = site.seed, .layer = site.layer, .name = "gate.linear.weight"};
  return p.orthogonal
             ? initial_orthogonal(site.num_experts, site.model_dim, key)
             : initial_normal(
                   {site.num_experts, site.model_dim}, site.init_std, key);
}

class Linear final : public Gate {
 public:
  Linear(const Params& p, const PartSite& site)
      : weight_ED_(trained(initial_rows(p, site))) {}

  void tensors(const TensorVisitor& visit) override {
    visit(
        {.name = "weight",
         .value = weight_ED_,
         .role = Role::kRouter,
         .expert_dim = 0});
  }

  Logits gate(const Tensor& x_TD, const RouteContext&) const override {
    return {.live = x_TD.mm(weight_ED_.to(x_TD.scalar_type()).t())};
  }

  Tensor rows_ED() const override { return weight_ED_; }

 private:
  Tensor weight_ED_;
};

}  // namespace linear_part

extern constinit const Variant<Gate> linear = {
    .info =
        {.name = "linear",
         .summary = "one row of weights per expert",
         .paper = "1701.06538",
         .params = linear_part::kParams,
         .offers = {Trait::kCausal, Trait::kRows, Trait::kEquivariant}},
    .make = make_part<Gate, linear_part::Linear, linear_part::Params>};

}  // namespace moestro::gates
