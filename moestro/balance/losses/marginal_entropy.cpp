// SPDX-License-Identifier: Apache-2.0
// ln E - H(mean p), in nats (Mod-Squad, 2212.08066): 0 when all experts have
// the same mean probability, ln E when one has everything.
#include "moestro/balance/loss.h"
#include "moestro/ops/assign.h"

namespace moestro::losses {
namespace marginal_entropy_part {

using Params = LossWeight<1e-3>;

Tensor value(const LossView& v) {
  const auto experts = static_cast<double>(v.sums.prob_SE.size(1));
  const auto missing = std::log(experts) - entropy(mean_prob(v.sums));
  return missing * v.sums.valid_S.sum().gt(0);
}

}  // namespace marginal_entropy_part

extern constinit const Variant<Loss> marginal_entropy_loss = {
    .info =
        {.name = "marginal-entropy",
         .summary = "equal mean probabilities",
         .paper = "2212.08066",
         .params = marginal_entropy_part::Params::kParams},
    .make =
        make_loss<marginal_entropy_part::Params, marginal_entropy_part::value>};

}  // namespace moestro::losses
