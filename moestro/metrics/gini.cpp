// SPDX-License-Identifier: Apache-2.0
// sum_ij |u_i - u_j| / (2 E^2) of the loads.
#include <cmath>
#include <numbers>

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"
#include "moestro/stats/entropy.h"

namespace moestro::metrics {
namespace gini_part {

constexpr Reading kReading = {
    .label = "Gini",
    .worse = Worse::kHigher,
    .digits = 3,
    .null = "0.56 times the deviation that chance gives",
    .meaning =
        "0 when all experts carry the same, near 1 when one carries all.",
    .cost = "O(E log E) from the counts",
    .groups = "data,router"};

class Gini final : public Metric {
 public:
  explicit Gini(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return moestro::gini(loads(r));
  }

  [[nodiscard]] double expected(
      const LayerRecord& r, const MetricContext& context) const override {
    return balanced_deviation(r, context) / std::sqrt(std::numbers::pi);
  }
};

}  // namespace gini_part

extern constinit const Variant<Metric> gini = {
    .info =
        {.name = "gini",
         .summary = "Gini coefficient of the loads, 0 = even",
         .paper = "",
         .reading = &gini_part::kReading},
    .make = make_plain<Metric, gini_part::Gini>};

}  // namespace moestro::metrics
