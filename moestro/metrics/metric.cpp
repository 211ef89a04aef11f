// SPDX-License-Identifier: Apache-2.0
#include "moestro/metrics/metric.h"

#include <cmath>

namespace moestro {
namespace {

// Mean of what is known.
template <class One>
double mean_of(std::span<const LayerRecord> records, One one) {
  double sum = 0, count = 0;
  for (const auto& record : records) {
    const double v = one(record);
    sum += std::isnan(v) ? 0 : v;
    count += std::isnan(v) ? 0 : 1;
  }
  return sum / count;
}

}  // namespace

double Metric::over(
    std::span<const LayerRecord> records, const MetricContext& context) const {
  return mean_of(
      records, [&](const LayerRecord& r) { return value(r, context); });
}

double Metric::expected_over(
    std::span<const LayerRecord> records, const MetricContext& context) const {
  return mean_of(
      records, [&](const LayerRecord& r) { return expected(r, context); });
}

}  // namespace moestro
