// SPDX-License-Identifier: Apache-2.0
// Measurements of weights and gradients, taken every N steps.
#pragma once

#include "moestro/probe/measures.h"

MOESTRO_API_BEGIN
namespace moestro {

// Mean and largest cosine between the rows of a router (metric R7); the null is
// about 1 / sqrt(D). Empty for fewer than two rows.
[[nodiscard]] Measures row_similarity(const Tensor& rows_ED);

// The same between experts' flattened weights (E3).
[[nodiscard]] Measures weight_similarity(const Tensor& weight_EFD);

// Norm of each expert's flattened weights, squared: [E] (E2).
[[nodiscard]] Tensor squared_norms(const Tensor& weight_EFD);
// sd over experts of the logarithm of norms.
[[nodiscard]] double log_spread(const Tensor& squared_E);

// ||now - before|| / ||before|| (R10).
[[nodiscard]] double update_ratio(const Tensor& now, const Tensor& before);

}  // namespace moestro
MOESTRO_API_END
