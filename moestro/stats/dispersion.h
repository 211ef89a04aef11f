// SPDX-License-Identifier: Apache-2.0
// Tokens of a sequence are alike, so loads vary more than independent tokens
// would make them: by the factor phi, the design effect of Rao and Scott.
#pragma once

#include <cstdint>
#include <span>

namespace moestro {

// phi-hat from counts per sequence [S, E] (row-major) and tokens per sequence
// [S]. Exactly 1 in expectation when tokens are independent, whatever the
// lengths. NaN with fewer than two sequences that have tokens.
[[nodiscard]] double dispersion(
    std::span<const int64_t> demand_SE, std::span<const int64_t> tokens_S);

// The dispersion for a test of balance: variance of the counts [S, E] between
// sequences of tokens [S] over the one that fair shares K / E would have, mean
// over experts. `dispersion` measures against the shares seen and is unbiased
// at any balance; against fair ones, loads that are uneven by chance widen the
// yardstick too, without which strongly clustered batches raise several times
// the false alarms (measured). NaN with fewer than two sequences.
// ContractError: sizes, K >= E.
[[nodiscard]] double balanced_dispersion(
    std::span<const int64_t> demand_SE,
    std::span<const int64_t> tokens_S,
    int64_t top_k);

}  // namespace moestro
