// SPDX-License-Identifier: Apache-2.0
// Variance over the steps of an expert's load about its own mean (R16), mean
// over experts, loads in units of their mean. Of balanced routing of text as
// much alike (1 - q) phi / (T q), q = K / E.
#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"
#include "moestro/metrics/residuals.h"

namespace moestro::metrics {
namespace load_variance_part {

constexpr Reading kReading = {
    .label = "loads vary",
    .worse = Worse::kHigher,
    .digits = 4,
    .null = "(1 − q) φ / (T q), q = K / E",
    .meaning =
        "How much an expert's load changes from step to step, as a variance in "
        "units of the mean load.",
    .cost = "O(E) a step",
    .groups = "router,data"};

class LoadVariance final : public ChangeMetric {
 public:
  explicit LoadVariance(const Site&) {}

  [[nodiscard]] double over(
      std::span<const LayerRecord> records,
      const MetricContext&) const override {
    const auto x_SE = residuals(records);
    if (x_SE.size() < 2) {
      return kUnknown;
    }
    double squares = 0;
    for (const auto& x_E : x_SE) {
      for (const double x : x_E) {
        squares += x * x / static_cast<double>(x_E.size());
      }
    }
    return squares / (static_cast<double>(x_SE.size()) - 1);
  }

  [[nodiscard]] double expected(
      const LayerRecord& r, const MetricContext& context) const override {
    const double deviation = balanced_deviation(r, context);
    return deviation * deviation;
  }
};

}  // namespace load_variance_part

extern constinit const Variant<Metric> load_variance = {
    .info =
        {.name = "load-variance",
         .summary = "variance of the loads over the steps",
         .paper = "",
         .reading = &load_variance_part::kReading},
    .make = make_plain<Metric, load_variance_part::LoadVariance>};

}  // namespace moestro::metrics
