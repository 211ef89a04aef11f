// SPDX-License-Identifier: Apache-2.0
// Mean over tokens of the entropy H(p_t), in nats (Mod-Squad, 2212.08066):
// minimised by confident tokens.
#include "moestro/balance/loss.h"

namespace moestro::losses {
namespace token_entropy_part {

using Params = LossWeight<1e-3>;

Tensor value(const LossView& v) {
  return v.sums.entropy_S.sum() / real_tokens(v.sums);
}

}  // namespace token_entropy_part

extern constinit const Variant<Loss> token_entropy_loss = {
    .info =
        {.name = "token-entropy",
         .summary = "confident tokens",
         .paper = "2212.08066",
         .params = token_entropy_part::Params::kParams},
    .make = make_loss<token_entropy_part::Params, token_entropy_part::value>};

}  // namespace moestro::losses
