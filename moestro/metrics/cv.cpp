// SPDX-License-Identifier: Apache-2.0
// sd(u) with loads in units of their mean. Under balance its square has mean
// (1 - q) / (T q), q = K / E.
#include <cmath>

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace cv_part {

constexpr Reading kReading = {
    .label = "CV",
    .worse = Worse::kHigher,
    .digits = 3,
    .null = "√((1 − q) φ / (T q)), q = K / E",
    .meaning = "Standard deviation of the loads in units of their mean.",
    .cost = "O(E) from the counts",
    .groups = "data,router"};

class Cv final : public Metric {
 public:
  explicit Cv(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    const auto u_E = loads(r);
    double sum = 0;
    for (const double u : u_E) {
      sum += (u - 1) * (u - 1);
    }
    return u_E.empty() ? kUnknown
                       : std::sqrt(sum / static_cast<double>(u_E.size()));
  }

  [[nodiscard]] double expected(
      const LayerRecord& r, const MetricContext& context) const override {
    return balanced_deviation(r, context);
  }
};

}  // namespace cv_part

extern constinit const Variant<Metric> cv = {
    .info =
        {.name = "cv",
         .summary = "standard deviation of the loads over their mean",
         .paper = "1701.06538",
         .reading = &cv_part::kReading},
    .make = make_plain<Metric, cv_part::Cv>};

}  // namespace moestro::metrics
