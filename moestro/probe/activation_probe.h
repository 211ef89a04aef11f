// SPDX-License-Identifier: Apache-2.0
// What goes into a layer and comes out of it.
#pragma once

#include "moestro/probe/measures.h"

MOESTRO_API_BEGIN
namespace moestro {

// mean y^4 / (mean y^2)^2 over all numbers (T3); 3 for normal ones.
[[nodiscard]] double kurtosis(const Tensor& y);

// Tr(S_W S_B^+): scatter of the rows within a group over the scatter between
// the groups' means (X-MoE, 2204.09179). NaN where there is no scatter between.
[[nodiscard]] double scatter_ratio(const Tensor& x_TD, const Tensor& group_T);

}  // namespace moestro
MOESTRO_API_END
