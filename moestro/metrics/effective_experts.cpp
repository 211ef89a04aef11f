// SPDX-License-Identifier: Apache-2.0
// exp(H(loads)), between 1 and E. Very insensitive near balance: shows
// collapse, not imbalance.
#include <cmath>

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"
#include "moestro/stats/entropy.h"

namespace moestro::metrics {
namespace effective_experts_part {

constexpr Reading kReading = {
    .label = "effective experts",
    .unit = "experts",
    .worse = Worse::kLower,
    .digits = 1,
    .null = "almost all of them",
    .meaning =
        "Experts that would carry this much variety if they were even: exp of "
        "the entropy of the loads.",
    .cost = "O(E) from the counts",
    .groups = "router"};

class EffectiveExperts final : public Metric {
 public:
  explicit EffectiveExperts(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return std::exp(entropy_nats(loads(r)));
  }

  [[nodiscard]] double expected(
      const LayerRecord& r, const MetricContext& context) const override {
    const double deviation = balanced_deviation(r, context);
    return static_cast<double>(experts_of(r)) *
           std::exp(-deviation * deviation / 2);
  }
};

}  // namespace effective_experts_part

extern constinit const Variant<Metric> effective_experts = {
    .info =
        {.name = "effective-experts",
         .summary = "exp of the entropy of the loads, 1 to E",
         .paper = "",
         .reading = &effective_experts_part::kReading},
    .make = make_plain<Metric, effective_experts_part::EffectiveExperts>};

}  // namespace moestro::metrics
