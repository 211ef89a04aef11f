// SPDX-License-Identifier: Apache-2.0
// When sequences make some experts' loads vary far more than others', or when
// they are few, one dispersion is not enough.
#pragma once

#include <cstdint>
#include <span>

#include "moestro/base/api.h"
#include "moestro/stats/sequence_sums.h"

MOESTRO_API_BEGIN
namespace moestro {

// What the sequences of a batch say about the noise of its loads.
struct SequenceSpread {
  double phi;  // balanced_dispersion
  // Of X2 / phi: (tr C)^2 / tr C^2 for its variance and (tr C^2)^3 / (tr C^3)^2
  // for its skewness, C the covariance of counts between sequences. E - 1 when
  // loads vary alike; in [1, E - 1], the second at most the first.
  double freedom, skew_freedom;
  double phi_freedom;  // of phi itself: freedom (S - 1)
  // Experts that can vary: sum over experts of min(1, v / v of a fair share), v
  // = q (1 - q) of the share q of tokens. E at balance, 0 when every token goes
  // to the same experts.
  double varying_experts;
  // Less than a quarter of the experts can vary: a small phi says nothing good.
  bool collapsed;
};

// Traces are freed of the bias that S - 1 samples give them, as for normal
// ones; where they were not worked out, loads are taken to vary alike. Values
// are NaN with fewer than two sequences. ContractError: as balanced_dispersion.
[[nodiscard]] SequenceSpread sequence_spread(
    const SequenceView&, int64_t top_k);

// Pools what was seen with a prior (the run so far, other layers): phi is the
// mean weighted by degrees of freedom, which add up (Smyth 2004). With few
// sequences the prior decides, with many it fades. A spread whose phi is NaN
// leaves the other.
[[nodiscard]] SequenceSpread shrink(
    const SequenceSpread& seen, const SequenceSpread& prior);

// Chance of a load at least as uneven when routing is balanced. X2 is a sum of
// chi-squares of different weights: matched to three moments (Imhof 1961; two
// would be Satterthwaite's second order of Rao and Scott 1984, which fires
// twice too often where two of 64 experts vary), over a phi that is itself an
// estimate. With equal weights it is F. NaN where phi or the statistic is; 0
// for uneven loads that no sequence varies, as after a collapse.
[[nodiscard]] double balance_p_value(
    std::span<const int64_t> demand_E,
    int64_t top_k,
    const SequenceSpread& spread);

}  // namespace moestro
MOESTRO_API_END
