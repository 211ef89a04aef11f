// SPDX-License-Identifier: Apache-2.0
// mean_e |u_e - 1|: twice the share of load that sits on the wrong expert.
#include <cmath>
#include <numbers>

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace avg_vio_part {

constexpr Reading kReading = {
    .label = "AvgVio",
    .worse = Worse::kHigher,
    .digits = 3,
    .null = "0.8 times the deviation that chance gives",
    .meaning =
        "Mean distance of a load from the mean load: twice the share of load "
        "that sits on the wrong expert.",
    .cost = "O(E) from the counts",
    .groups = "data,router"};

class AvgVio final : public Metric {
 public:
  explicit AvgVio(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    const auto u_E = loads(r);
    double sum = 0;
    for (const double u : u_E) {
      sum += std::abs(u - 1);
    }
    return u_E.empty() ? kUnknown : sum / static_cast<double>(u_E.size());
  }

  [[nodiscard]] double expected(
      const LayerRecord& r, const MetricContext& context) const override {
    return balanced_deviation(r, context) * std::sqrt(2 / std::numbers::pi);
  }
};

}  // namespace avg_vio_part

extern constinit const Variant<Metric> avg_vio = {
    .info =
        {.name = "avg-vio",
         .summary = "mean distance of a load from the mean",
         .paper = "2408.15664",
         .reading = &avg_vio_part::kReading},
    .make = make_plain<Metric, avg_vio_part::AvgVio>};

}  // namespace moestro::metrics
