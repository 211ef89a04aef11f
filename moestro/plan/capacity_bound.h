// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// Tokens an expert must accept before one of them is expected to be its own,
// for gates of equal norm and tokens uniform on the sphere: 1 / (N p), p = the
// chance that a token is within cos(angle) >= delta of a gate = 1 -
// I_{delta^2}(1/2, (dim-1)/2). LocMoE (arXiv 2401.13920). A diagnostic beside
// the classic capacity: below 1 it says nothing.
// DataError: dim < 2, experts < 1, delta not in [0, 1).
[[nodiscard]] double capacity_lower_bound(
    int64_t dim, int64_t experts, double delta);

}  // namespace moestro
MOESTRO_API_END
