// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/rate_trend.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace moestro {
namespace {

constexpr double kSlope = 1, kSlopeVariance = 0.25, kLeastSlope = 0.5;
constexpr double kTwoSided = 1.959964;  // normal quantile at 97.5 %
constexpr double kNone = 2.995732;      // -ln 0.05: upper end of a count of 0

// ln rate at ln x = 0 that fits best for a slope.
double level(const RareCounts& seen, double total, double slope) {
  double weight = 0;
  for (const double x : seen.x) {
    weight += std::pow(x, slope);
  }
  return std::log(total / (seen.exposure * weight));
}

// What is expected at each x, summed with weights 1, ln x and ln^2 x.
struct Moments {
  double one = 0, log = 0, square = 0;
};

Moments moments(const RareCounts& seen, double a, double b) {
  Moments m;
  for (const double x : seen.x) {
    const double z = std::log(x);
    const double expected = seen.exposure * std::exp(a + b * z);
    m.one += expected;
    m.log += z * expected;
    m.square += z * z * expected;
  }
  return m;
}

// Where the posterior of the slope, best level given, stops rising.
double best_slope(const RareCounts& seen, double total) {
  double counted = 0;
  for (size_t i = 0; i < seen.x.size(); ++i) {
    counted += std::log(seen.x[i]) * seen.counts[i];
  }
  double low = kSlope - 20, high = kSlope + 20;
  for (int i = 0; i < 100; ++i) {
    const double b = (low + high) / 2;
    const auto m = moments(seen, level(seen, total, b), b);
    const bool rises = counted - m.log + (kSlope - b) / kSlopeVariance > 0;
    (rises ? low : high) = b;
  }
  return (low + high) / 2;
}

}  // namespace

RateEstimate rate_at(const RareCounts& seen, double at) {
  const double total =
      std::accumulate(seen.counts.begin(), seen.counts.end(), 0.0);
  if (total == 0) {
    double weight = 0;
    for (const double x : seen.x) {
      weight += std::pow(x / at, kLeastSlope);
    }
    return {.high = kNone / (seen.exposure * weight)};
  }
  const double b = best_slope(seen, total), a = level(seen, total, b);
  const auto m = moments(seen, a, b);
  const double information = m.square + 1 / kSlopeVariance;
  const double z = std::log(at), mean = a + b * z;
  const double deviation = std::sqrt(
      (information - 2 * z * m.log + z * z * m.one) /
      (m.one * information - m.log * m.log));
  return {
      std::exp(mean),
      std::exp(mean - kTwoSided * deviation),
      std::exp(mean + kTwoSided * deviation)};
}

}  // namespace moestro
