// SPDX-License-Identifier: Apache-2.0
// sum |R R^T - I| over the router's rows [E, D] (SimBal, 2506.14038): similar
// tokens get similar experts, and logits keep the scale of their input. In
// single precision whatever the model's type: off-diagonals are small. Rows
// cannot be orthonormal when E > D, so the value then stays above 0.
#include <ATen/ops/eye.h>

#include "moestro/ops/part.h"

namespace moestro::losses {
namespace simbal_part {

struct Params {
  double weight = 0.1;
};

constexpr Param kParams[] = {param<&Params::weight>(
    "weight",
    "factor of the loss in the sum that training minimises",
    {0, 1e6})};

class Simbal final : public Loss {
 public:
  Simbal(const Params& p, const PartSite&) : p_(p) {}

  Tensor value(const LossView& v) const override {
    TORCH_CHECK(
        v.rows_ED.defined(),
        "[simbal] the gate has one row per expert; got rows_ED=undefined");
    const bool is_double = v.rows_ED.scalar_type() == at::kDouble;
    const auto rows_ED = is_double ? v.rows_ED : v.rows_ED.to(at::kFloat);
    const auto unit_EE = at::eye(rows_ED.size(0), rows_ED.options());
    return (rows_ED.mm(rows_ED.t()) - unit_EE).abs().sum();
  }
  double weight() const override { return p_.weight; }

 private:
  Params p_;
};

}  // namespace simbal_part

extern constinit const Variant<Loss> simbal_loss = {
    .info =
        {.name = "simbal",
         .summary = "orthonormal router rows",
         .paper = "2506.14038",
         .params = simbal_part::kParams,
         .needs = {Trait::kRows}},
    .make = make_part<Loss, simbal_part::Simbal, simbal_part::Params>};

}  // namespace moestro::losses
