// SPDX-License-Identifier: Apache-2.0
// What controllers of the selection bias may ask of a pass beyond its counts.
// Padding never enters.
#pragma once

#include <vector>

#include "moestro/base/api.h"
#include "moestro/ops/routing.h"

MOESTRO_API_BEGIN
namespace moestro {

// [T, E] live scores without bias; rows of padding are NaN, so that the shape
// does not depend on the data.
[[nodiscard]] Tensor scores_of_real(const Scores&, const RouteContext&);
// The rows of the above that are real, on the host.
[[nodiscard]] std::vector<double> real_rows(const Tensor& scores_TE);

// [E, kLackingBins] int64: how often what a score lacks to be chosen falls
// into each bin of lacking_range (control/controller.h).
[[nodiscard]] Tensor lacking_counts(const Scores&, const RouteContext&);

}  // namespace moestro
MOESTRO_API_END
