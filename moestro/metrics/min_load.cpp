// SPDX-License-Identifier: Apache-2.0
// min_e u_e: 0 = somebody gets nothing, 1 = even.
#include <algorithm>

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace min_load_part {

constexpr Reading kReading = {
    .label = "least load",
    .worse = Worse::kLower,
    .null = "1 less what chance takes from the unluckiest expert",
    .meaning =
        "Load of the idlest expert in units of the mean: 0 = it gets nothing, "
        "1 = even.",
    .cost = "O(E) from the counts",
    .groups = "router"};

class MinLoad final : public Metric {
 public:
  explicit MinLoad(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    const auto u_E = loads(r);
    return u_E.empty() ? kUnknown : std::ranges::min(u_E);
  }

  [[nodiscard]] double expected(
      const LayerRecord& r, const MetricContext& context) const override {
    const double least =
        1 - balanced_floor(r, context, Unevenness::kMinVio) * widening(r);
    return least < 0 ? 0 : least;
  }
};

}  // namespace min_load_part

extern constinit const Variant<Metric> min_load = {
    .info =
        {.name = "min-load",
         .summary = "smallest load in units of the mean",
         .paper = "",
         .reading = &min_load_part::kReading},
    .make = make_plain<Metric, min_load_part::MinLoad>};

}  // namespace moestro::metrics
