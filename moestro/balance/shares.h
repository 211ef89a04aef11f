// SPDX-License-Identifier: Apache-2.0
// What several balance losses are made of. Counts are integers and carry no
// gradient; probabilities, mass and all else with one are of this forward.
#pragma once

#include "moestro/ops/part.h"

MOESTRO_API_BEGIN
namespace moestro {

// Valid tokens of this forward, at least 1 so that padding alone gives 0.
[[nodiscard]] Tensor real_tokens(const Sums&);

// [E] share of all demand; 0 where nobody asked.
[[nodiscard]] Tensor demand_share(const Sums&);

// [E] mean probability.
[[nodiscard]] Tensor mean_prob(const Sums&);

// E * sum f P over all sequences together: 1 at uniform, E / k when collapsed
// on k experts, 0 for padding alone.
[[nodiscard]] Tensor demand_times_prob(const LossView&);

}  // namespace moestro
MOESTRO_API_END
