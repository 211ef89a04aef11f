// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/capacity_bound.h"

#include <string>

#include <boost/math/special_functions/beta.hpp>

#include "moestro/base/error.h"
#include "moestro/base/text.h"

namespace moestro {

double capacity_lower_bound(int64_t dim, int64_t experts, double delta) {
  if (dim < 2 || experts < 1 || !(delta >= 0 && delta < 1)) {
    fail_data(
        "[capacity-bound] dim >= 2, experts >= 1, 0 <= delta < 1; got dim=" +
        std::to_string(dim) + ", experts=" + std::to_string(experts) +
        ", delta=" + shortest(delta));
  }
  const double chance = boost::math::ibetac(
      0.5, (static_cast<double>(dim) - 1) / 2, delta * delta);
  return 1 / (static_cast<double>(experts) * chance);
}

}  // namespace moestro
