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

}  // namespace moestro
