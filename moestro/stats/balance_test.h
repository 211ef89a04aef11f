// SPDX-License-Identifier: Apache-2.0
// Is this load uneven, or is it the noise that balanced routing has?
#pragma once

#include <cstdint>
#include <span>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// Mean and variance of sum (n - mean)^2 / mean over E experts when every token
// picks K of them at random: E - K and 2 (E - K)^2 / (E - 1).
struct BalanceMoments {
  double mean, variance;
};
// ContractError: 1 <= K < E broken; with K = E loads cannot differ.
[[nodiscard]] BalanceMoments balance_moments(int64_t experts, int64_t top_k);

// Chance of a load at least as uneven as this one when routing is balanced:
// balance_statistic / phi against chi-square with E - 1 degrees of freedom (Rao
// and Scott 1984, first order). phi from `balanced_dispersion`; 1 assumes
// independent tokens, which text never has. NaN where the statistic or phi is.
[[nodiscard]] double balance_p_value(
    std::span<const int64_t> demand_E, int64_t top_k, double phi);

// The same for routing whose true loads have a coefficient of variation of
// `tolerated` >= 0: with millions of tokens a skew of 1 % is significant, but
// not news. Non-central chi-square, noncentrality K T tolerated^2 (E - 1) /
// ((E - K) phi).
[[nodiscard]] double imbalance_p_value(
    std::span<const int64_t> demand_E,
    int64_t top_k,
    double phi,
    double tolerated);

// Largest load over the mean less 1 that balanced routing shows, roughly:
// sqrt(2 ln E) sqrt((1 - q) / (T q)), q = K / E. For axes of plots: against the
// mean of the simulated law it is 47 % too high with two experts, 34 % with 8
// and 2 of them chosen, 25 % too low where experts get a quarter of a pair (64
// tokens, 1 of 256). ContractError: no tokens, K >= E.
[[nodiscard]] double max_vio_hint(
    int64_t experts, int64_t top_k, int64_t tokens);

}  // namespace moestro
MOESTRO_API_END
