// SPDX-License-Identifier: Apache-2.0
#include "moestro/metrics/metric.h"

#include <cmath>

namespace moestro {

double Metric::over(
    std::span<const LayerRecord> records, const MetricContext& context) const {
  double sum = 0, count = 0;
  for (const auto& record : records) {
    const double one = value(record, context);
    sum += std::isnan(one) ? 0 : one;
    count += std::isnan(one) ? 0 : 1;
  }
  return sum / count;
}

}  // namespace moestro
