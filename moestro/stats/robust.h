// SPDX-License-Identifier: Apache-2.0
// Level and scale that outliers do not move. ContractError for both: no values,
// or one that is not finite.
#pragma once

#include <span>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

[[nodiscard]] double median(std::vector<double> values);
// 1.4826 median |x - median|: the standard deviation of normal values.
[[nodiscard]] double robust_scale(std::span<const double> values);

}  // namespace moestro
MOESTRO_API_END
