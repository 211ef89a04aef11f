// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/trend.h"

#include <algorithm>
#include <cmath>

#include "moestro/stats/distribution.h"

namespace moestro {
namespace {

constexpr size_t kFewest = 10;

// Pairs that ascend less those that descend.
double concordance(std::span<const double> series) {
  double sum = 0;
  for (size_t i = 0; i < series.size(); ++i) {
    for (size_t j = i + 1; j < series.size(); ++j) {
      sum += series[j] > series[i] ? 1 : 0;
      sum -= series[j] < series[i] ? 1 : 0;
    }
  }
  return sum;
}

}  // namespace

double rise_p_value(std::span<const double> series) {
  const bool usable =
      series.size() >= kFewest &&
      std::ranges::all_of(series, [](double x) { return std::isfinite(x); });
  if (!usable) {
    return 1;
  }
  const auto n = static_cast<double>(series.size());
  const double deviation = std::sqrt(n * (n - 1) * (2 * n + 5) / 18);
  // Half a pair of continuity: the sum moves by two.
  return normal_cdf(-(concordance(series) - 1) / deviation);
}

}  // namespace moestro
