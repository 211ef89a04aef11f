// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/entropy.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "moestro/base/error.h"

namespace moestro {
namespace {

constexpr auto kUnknown = std::numeric_limits<double>::quiet_NaN();

}  // namespace

double entropy_nats(std::span<const double> values) {
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  if (!(sum > 0)) {
    return kUnknown;
  }
  double entropy = 0;
  for (const double v : values) {
    const double p = v / sum;
    entropy -= p > 0 ? p * std::log(p) : 0;
  }
  return entropy;
}

double entropy_of_counts(std::span<const int64_t> counts) {
  const std::vector<double> weights(counts.begin(), counts.end());
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  const auto used = static_cast<double>(
      std::ranges::count_if(counts, [](int64_t n) { return n > 0; }));
  const double corrected = entropy_nats(weights) + (used - 1) / (2 * sum);
  const double most = std::log(static_cast<double>(counts.size()));
  return corrected > most ? most : corrected;
}

// By sorting: sum_i (2i - E + 1) v_(i) / (E sum).
double gini(std::span<const double> values) {
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  require(sorted.empty() || sorted.front() >= 0, "[gini] no value is negative");
  const auto E = static_cast<double>(sorted.size());
  double weighted = 0, sum = 0, weight = 1 - E;
  for (const double v : sorted) {
    weighted += weight * v;
    sum += v;
    weight += 2;
  }
  return sum > 0 ? weighted / (E * sum) : kUnknown;
}

}  // namespace moestro
