// SPDX-License-Identifier: Apache-2.0
// Measurements of weights and gradients, taken every N steps.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/ops/routing.h"

MOESTRO_API_BEGIN
namespace moestro {

using Measures = std::vector<std::pair<std::string, double>>;

// Mean and largest cosine between the rows of a router (metric R7); the null is
// about 1 / sqrt(D). Empty for fewer than two rows.
[[nodiscard]] Measures row_similarity(const Tensor& rows_ED);

// The same between experts' flattened weights (E3).
[[nodiscard]] Measures weight_similarity(const Tensor& weight_EFD);

// ||now - before|| / ||before|| (R10).
[[nodiscard]] double update_ratio(const Tensor& now, const Tensor& before);

}  // namespace moestro
MOESTRO_API_END
