// SPDX-License-Identifier: Apache-2.0
// When sequences make some experts' loads vary far more than others', or when
// they are few, one dispersion is not enough.
#pragma once

#include <cstdint>
#include <span>

namespace moestro {

// What the sequences of a batch say about the noise of its loads.
struct SequenceSpread {
  double phi;      // balanced_dispersion
  double freedom;  // of X2 / phi, in [1, E - 1]: E - 1 when loads vary alike
  double phi_freedom;  // of phi itself: freedom (S - 1)
  // Experts that can vary: sum over experts of min(1, v / v of a fair share), v
  // = q (1 - q) of the share q of tokens. E at balance, 0 when every token goes
  // to the same experts.
  double varying_experts;
  // Less than a quarter of the experts can vary: a small phi says nothing good.
  bool collapsed;
};

// From counts [S, E] and tokens [S] of sequences. The freedom is (tr C)^2 /
// tr C^2, C the covariance of counts between sequences, with tr C^2 freed of
// the bias that S - 1 samples give it (Satterthwaite 1946; Rao and Scott 1984,
// second order; Srivastava 2005). Values are NaN with fewer than two sequences.
// ContractError: as balanced_dispersion.
[[nodiscard]] SequenceSpread sequence_spread(
    std::span<const int64_t> demand_SE,
    std::span<const int64_t> tokens_S,
    int64_t top_k);

// Pools what was seen with a prior (the run so far, other layers): phi is the
// mean weighted by degrees of freedom, which add up (Smyth 2004). With few
// sequences the prior decides, with many it fades. A spread whose phi is NaN
// leaves the other.
[[nodiscard]] SequenceSpread shrink(
    const SequenceSpread& seen, const SequenceSpread& prior);

// Chance of a load at least as uneven when routing is balanced: F with
// `freedom` and `phi_freedom` degrees. Keeps its promise with 8 sequences and
// with experts of very different spread. NaN where phi or the statistic is.
[[nodiscard]] double balance_p_value(
    std::span<const int64_t> demand_E,
    int64_t top_k,
    const SequenceSpread& spread);

}  // namespace moestro
