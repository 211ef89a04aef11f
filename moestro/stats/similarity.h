// SPDX-License-Identifier: Apache-2.0
// Do two things go together?
#pragma once

#include <cstdint>
#include <span>

#include "moestro/base/api.h"
#include "moestro/stats/mutual_information.h"

MOESTRO_API_BEGIN
namespace moestro {

// |A and B| / |A or B| of two sets of ids in any order, each id once; 1 for two
// empty ones. Of a token's experts before and after: 1 = unchanged.
// ContractError: an id that stands twice in a set.
[[nodiscard]] double jaccard(
    std::span<const int64_t> a, std::span<const int64_t> b);

// Correlation in [-1, 1]; NaN where one side does not vary. ContractError:
// different lengths.
[[nodiscard]] double pearson(
    std::span<const double> x, std::span<const double> y);

// How much oftener than by chance a token chooses both experts, from the
// number of tokens that did [E, E]; the diagonal holds the tokens of each
// expert. P(a, b) / (P(a) P(b)) K (E - 1) / ((K - 1) E), so that 1 is what
// picking K experts at random gives. Cells are NaN on the diagonal and where an
// expert was never chosen. ContractError: not square or symmetric, no tokens,
// 2 <= K < E broken.
[[nodiscard]] Table coactivation_lift(
    const Table& together_EE, int64_t tokens, int64_t top_k);

}  // namespace moestro
MOESTRO_API_END
