// SPDX-License-Identifier: Apache-2.0
// Mean over tokens of the sum of |weight| (ReMoE, 2412.14711): drives ReLU
// scores to zero. Weights are never negative, so the mass is their L1 norm.
#include "moestro/balance/loss.h"

namespace moestro::losses {
namespace l1_part {

using Params = LossWeight<1e-8>;

Tensor value(const LossView& v) {
  return v.sums.mass_SE.sum() / real_tokens(v.sums);
}

}  // namespace l1_part

extern constinit const Variant<Loss> l1_loss = {
    .info =
        {.name = "l1",
         .summary = "drives weights to zero",
         .paper = "2412.14711",
         .params = l1_part::Params::kParams},
    .make = make_loss<l1_part::Params, l1_part::value>};

}  // namespace moestro::losses
