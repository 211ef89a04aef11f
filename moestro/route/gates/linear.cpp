// SPDX-License-Identifier: Apache-2.0
// logits = x W^T (Shazeer et al., 1701.06538; the gate of almost every system).
//
// W [E, D] stays in single precision whatever the model's type. It starts
// normal with the router's own standard deviation, or with orthonormal rows
// (SimBal, 2506.14038): Q of a Gaussian matrix, each column times the sign of
// R's diagonal, which makes the draw uniform. Draws are keyed by layer and row.
#include <ATen/ops/linalg_qr.h>

#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"

namespace moestro::gates {
namespace linear_part {

// Rows are orthonormal when they fit into the width, else the columns are.
Tensor orthonormal(const Tensor& normal_ED) {
  const bool wide = normal_ED.size(0) <= normal_ED.size(1);
  const auto tall = (wide ? normal_ED.t() : normal_ED).to(at::kDouble);
  const auto [q, r] = at::linalg_qr(tall);
  const auto sign = at::where(r.diagonal().lt(0), -1.0, 1.0);
  const auto rows = q * sign;
  return (wide ? rows.t() : rows).to(at::kFloat).contiguous();
}

Tensor initial_rows(const PartSite& site) {
  const DrawKey key = {
      .seed = site.seed,
      .stream = stream_of("gate.linear.weight"),
      .layer = static_cast<uint32_t>(site.layer)};
  const auto normal_ED = normal_rows(key, site.num_experts, site.model_dim);
  return site.orthogonal_init ? orthonormal(normal_ED)
                              : normal_ED * site.init_std;
}

class Linear final : public Gate {
 public:
  explicit Linear(const PartSite& site)
      : weight_ED_(initial_rows(site).requires_grad_()) {}

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
         .offers = {Trait::kCausal, Trait::kRows, Trait::kEquivariant}},
    .make = make_plain<Gate, linear_part::Linear>};

}  // namespace moestro::gates
