// SPDX-License-Identifier: Apache-2.0
// MaxVio = max_e u_e - 1, loads u in units of their mean (2408.15664). Its
// healthy value is max-vio-floor, not 0.
#include <algorithm>

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace max_vio_part {

constexpr Reading kReading = {
    .label = "MaxVio",
    .worse = Worse::kHigher,
    .null = "that of balanced routing of text as much alike: floor · √φ",
    .meaning =
        "How far the busiest expert lies above the mean load: 0.5 is half as "
        "much again.",
    .limits =
        {.scale = Scale::kTimesExpected,
         .warn = 2,
         .bad = 4,
         .complaint = "is more than twice as uneven as balanced routing "
                      "of this text would be"},
    .headline = true,
    .chart = "Balance over time",
    .cost = "O(E) from the counts",
    .groups = "data,router"};

class MaxVio final : public Metric {
 public:
  explicit MaxVio(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    const auto u_E = loads(r);
    return u_E.empty() ? kUnknown : std::ranges::max(u_E) - 1;
  }

  [[nodiscard]] double expected(
      const LayerRecord& r, const MetricContext& context) const override {
    return balanced_floor(r, context, Unevenness::kMaxVio) * widening(r);
  }
};

}  // namespace max_vio_part

extern constinit const Variant<Metric> max_vio = {
    .info =
        {.name = "max-vio",
         .summary = "largest load over the mean, minus 1",
         .paper = "2408.15664",
         .reading = &max_vio_part::kReading},
    .make = make_plain<Metric, max_vio_part::MaxVio>};

}  // namespace moestro::metrics
