// SPDX-License-Identifier: Apache-2.0
// Who chose whom: measurements of tables [T, E] that hold true where a token
// asked for an expert.
#pragma once

#include "moestro/probe/measures.h"

MOESTRO_API_BEGIN
namespace moestro {

// Mean over tokens of |A and B| / |A or B|; tokens without any expert in both
// agree.
[[nodiscard]] double choice_overlap(
    const Tensor& chosen_TE, const Tensor& other_TE);

// Experts that a token shares with the one before it in its sequence, as a
// share of its own, less what loads alone give: sum p_e^2 / sum p_e with p_e
// the share of tokens that ask for e. NaN without such pairs.
[[nodiscard]] double sequential_repeat(
    const Tensor& chosen_TE, const Tensor& sequence_T);

// Largest lift of two experts that tokens choose together, of the pairs that
// chance alone would give ten tokens. NaN where there is none or K < 2.
[[nodiscard]] double largest_lift(const Tensor& chosen_TE, int64_t top_k);

}  // namespace moestro
MOESTRO_API_END
