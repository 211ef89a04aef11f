// SPDX-License-Identifier: Apache-2.0
// Mean MaxVio if every token picked K experts at random: what max-vio shows
// when nothing is wrong. Sequences multiply it by about sqrt(phi).

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace max_vio_floor_part {

class MaxVioFloor final : public Metric {
 public:
  explicit MaxVioFloor(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext& context) const override {
    const auto E = static_cast<int64_t>(experts_of(r));
    if (E == 0 || r.tokens <= 0) {
      return kUnknown;
    }
    return context.null.floor({E, context.top_k, r.tokens});
  }
};

}  // namespace max_vio_floor_part

extern constinit const Variant<Metric> max_vio_floor = {
    .info =
        {.name = "max-vio-floor",
         .summary = "MaxVio of perfectly balanced routing",
         .paper = ""},
    .make = make_plain<Metric, max_vio_floor_part::MaxVioFloor>};

}  // namespace moestro::metrics
