// SPDX-License-Identifier: Apache-2.0
// E * sum_e n_e / (k T) * mean weight of e (ReMoE, 2412.14711, eq. 9): L1 with
// more pull on experts that many tokens use. T is the number of tokens that the
// counts are over, k the number of experts that a token should have.
#include "moestro/balance/loss.h"

namespace moestro::losses {
namespace l1_balanced_part {

using Params = LossWeight<1e-8>;

Tensor value(const LossView& v) {
  const auto& s = v.sums;
  const auto experts = s.mass_SE.size(1);
  const auto demand_E = s.demand_SE.sum(0).to(s.mass_SE.scalar_type());
  const auto tokens = real_tokens(s);
  const auto use_E = demand_E / (tokens * v.context.knobs.k);
  return experts * (use_E * s.mass_SE.sum(0)).sum() / tokens;
}

}  // namespace l1_balanced_part

extern constinit const Variant<Loss> l1_balanced_loss = {
    .info =
        {.name = "l1-balanced",
         .summary = "drives weights of busy experts to zero",
         .paper = "2412.14711",
         .params = l1_balanced_part::Params::kParams},
    .make = make_loss<l1_balanced_part::Params, l1_balanced_part::value>};

}  // namespace moestro::losses
