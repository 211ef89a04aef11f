// SPDX-License-Identifier: Apache-2.0
// Normal numbers from uniform ones: Box and Muller, 1958.
#pragma once

#include <cmath>
#include <numbers>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// Two independent draws from N(0, 1).
struct NormalPair {
  double first, second;
};

// u in (0, 1], so that the logarithm is finite; v in [0, 1].
inline NormalPair normal_pair(double u, double v) {
  const double radius = std::sqrt(-2 * std::log(u));
  const double angle = 2 * std::numbers::pi * v;
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

}  // namespace moestro
MOESTRO_API_END
