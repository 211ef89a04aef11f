// SPDX-License-Identifier: Apache-2.0
// How well a router's directions are spread: "router-conditioning" and
// "router-rank" of its rows less their mean (R8, 2606.28116), with the
// singular values s of which there are at most r = min(E - 1, D):
// s_1 / s_r, and exp(H(s^2 / sum s^2)) / r. And how long the longest row is
// in units of the median one, "row-excess", and whose it is, "row_longest".
#pragma once

#include "moestro/probe/measures.h"

MOESTRO_API_BEGIN
namespace moestro {

// Empty for fewer than two rows, or where all are the same.
[[nodiscard]] Measures conditioning(const Tensor& rows_ED);
[[nodiscard]] Measures row_lengths(const Tensor& rows_ED);

}  // namespace moestro
MOESTRO_API_END
