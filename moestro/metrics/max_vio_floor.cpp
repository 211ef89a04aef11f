// SPDX-License-Identifier: Apache-2.0
// Mean MaxVio if every token picked K experts at random: what max-vio shows
// when nothing is wrong. Sequences multiply it by about sqrt(phi).

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace max_vio_floor_part {

constexpr Reading kReading = {
    .label = "MaxVio floor",
    .meaning =
        "MaxVio of balanced routing of independent tokens: what chance alone "
        "shows.",
    .chart = "Balance over time",
    .cost = "remembered simulation, O(1)",
    .groups = "data"};

class MaxVioFloor final : public Metric {
 public:
  explicit MaxVioFloor(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext& context) const override {
    return balanced_floor(r, context, Unevenness::kMaxVio);
  }
};

}  // namespace max_vio_floor_part

extern constinit const Variant<Metric> max_vio_floor = {
    .info =
        {.name = "max-vio-floor",
         .summary = "MaxVio of perfectly balanced routing",
         .paper = "",
         .reading = &max_vio_floor_part::kReading},
    .make = make_plain<Metric, max_vio_floor_part::MaxVioFloor>};

}  // namespace moestro::metrics
