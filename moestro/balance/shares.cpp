// SPDX-License-Identifier: Apache-2.0
#include "moestro/balance/shares.h"

namespace moestro {

Tensor real_tokens(const Sums& s) {
  return s.valid_S.sum().clamp_min(1);
}

Tensor demand_share(const Sums& s) {
  const auto demand_E = s.demand_SE.sum(0).to(s.prob_SE.scalar_type());
  return demand_E / demand_E.sum().clamp_min(1);
}

Tensor mean_prob(const Sums& s) {
  return s.prob_SE.sum(0) / real_tokens(s);
}

Tensor demand_times_prob(const LossView& v) {
  const auto& s = v.sums;
  return s.prob_SE.size(1) * (demand_share(s) * mean_prob(s)).sum();
}

}  // namespace moestro
