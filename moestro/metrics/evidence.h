// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "moestro/metrics/metric.h"

MOESTRO_API_BEGIN
namespace moestro::metrics {

// "An expert gets at least `fraction` of its fair share K / E."
struct LeastShare {
  double fraction;
  int64_t top_k;
};
// Against it, for each expert, over the steps in their order; empty where
// nobody chooses.
[[nodiscard]] std::vector<double> scarcity_evidence(
    std::span<const LayerRecord>, const LeastShare&);
// Of the expert with the most; NaN where nobody chooses.
[[nodiscard]] double most_evidence(
    std::span<const LayerRecord>, const LeastShare&);

// Of the expert with the most, against `Percent` of the fair share.
template <int Percent>
class MostEvidence final : public Metric {
 public:
  explicit MostEvidence(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext& context) const override {
    return most_evidence({&r, 1}, {Percent / 100.0, context.top_k});
  }

  [[nodiscard]] double over(
      std::span<const LayerRecord> records,
      const MetricContext& context) const override {
    return most_evidence(records, {Percent / 100.0, context.top_k});
  }
};

}  // namespace moestro::metrics
MOESTRO_API_END
