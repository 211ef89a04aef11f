// SPDX-License-Identifier: Apache-2.0
// sum |R R^T - I| over the router's rows [E, D] (SimBal, 2506.14038): similar
// tokens get similar experts, and logits keep the scale of their input. In
// single precision whatever the model's type: off-diagonals are small. Rows
// cannot be orthonormal when E > D, so the value then stays above 0.
#include <ATen/ops/eye.h>

#include "moestro/balance/loss.h"

namespace moestro::losses {
namespace simbal_part {

using Params = LossWeight<0.1>;

Tensor value(const LossView& v) {
  TORCH_CHECK(
      v.rows_ED.defined(),
      "[simbal] the gate has one row per expert; got rows_ED=undefined");
  const bool is_double = v.rows_ED.scalar_type() == at::kDouble;
  const auto rows_ED = is_double ? v.rows_ED : v.rows_ED.to(at::kFloat);
  const auto unit_EE = at::eye(rows_ED.size(0), rows_ED.options());
  return (rows_ED.mm(rows_ED.t()) - unit_EE).abs().sum();
}

}  // namespace simbal_part

extern constinit const Variant<Loss> simbal_loss = {
    .info =
        {.name = "simbal",
         .summary = "orthonormal router rows",
         .paper = "2506.14038",
         .params = simbal_part::Params::kParams,
         .needs = {Trait::kRows}},
    .make = make_loss<simbal_part::Params, simbal_part::value>};

}  // namespace moestro::losses
