// SPDX-License-Identifier: Apache-2.0
// Mean H(p_t) - H(mean p) = -I(token; expert), in nats (Mod-Squad, 2212.08066):
// confident tokens and equal experts at once. Bounded below by -ln E. A very
// confident gate has no gradient left: pair it with a z loss.
#include "moestro/balance/loss.h"
#include "moestro/ops/assign.h"

namespace moestro::losses {
namespace mutual_information_part {

using Params = LossWeight<1e-3>;

Tensor value(const LossView& v) {
  const auto token = v.sums.entropy_S.sum() / real_tokens(v.sums);
  return token - entropy(mean_prob(v.sums));
}

}  // namespace mutual_information_part

extern constinit const Variant<Loss> mutual_information_loss = {
    .info =
        {.name = "mutual-information",
         .summary = "confident tokens, equal experts",
         .paper = "2212.08066",
         .params = mutual_information_part::Params::kParams},
    .make = make_loss<
        mutual_information_part::Params,
        mutual_information_part::value>};

}  // namespace moestro::losses
