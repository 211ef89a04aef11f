// SPDX-License-Identifier: Apache-2.0
// How rare is what was not seen? Counts of rare events at several settings x,
// each watched equally long, as Poisson with ln rate = a + b ln x; read where x
// is too small for any to come. The slope has the prior N(1, 1/4): what is
// promised is a rate in proportion to x, and few counts alone tell no slope.
#pragma once

#include <span>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

struct RateEstimate {
  double rate = 0;           // events in a unit of exposure
  double low = 0, high = 0;  // 95 %
};

struct RareCounts {
  std::span<const double> x;       // > 0
  std::span<const double> counts;  // as many
  double exposure = 1;             // > 0, of each
};

// Posterior mode and normal interval of ln rate at `at` > 0. Where nothing was
// seen at all, 0 with the upper end 3 / exposure of slope 1/2.
[[nodiscard]] RateEstimate rate_at(const RareCounts&, double at);

}  // namespace moestro
MOESTRO_API_END
