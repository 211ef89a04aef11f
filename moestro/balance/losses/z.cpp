// SPDX-License-Identifier: Apache-2.0
// Mean over tokens of (logsumexp of the logits)^2 (ST-MoE, 2202.08906): the
// only one that sees a common shift of the logits.
#include "moestro/balance/loss.h"

namespace moestro::losses {
namespace z_part {

using Params = LossWeight<1e-3>;

Tensor value(const LossView& v) {
  return v.sums.lse2_S.sum() / real_tokens(v.sums);
}

}  // namespace z_part

extern constinit const Variant<Loss> z_loss = {
    .info =
        {.name = "z",
         .summary = "keeps logits small",
         .paper = "2202.08906",
         .params = z_part::Params::kParams},
    .make = make_loss<z_part::Params, z_part::value>};

}  // namespace moestro::losses
