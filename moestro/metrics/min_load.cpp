// SPDX-License-Identifier: Apache-2.0
// min_e u_e: 0 = somebody gets nothing, 1 = even.
#include <algorithm>

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace min_load_part {

class MinLoad final : public Metric {
 public:
  explicit MinLoad(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    const auto u_E = loads(r);
    return u_E.empty() ? kUnknown : std::ranges::min(u_E);
  }
};

}  // namespace min_load_part

extern constinit const Variant<Metric> min_load = {
    .info =
        {.name = "min-load",
         .summary = "smallest load in units of the mean",
         .paper = ""},
    .make = make_plain<Metric, min_load_part::MinLoad>};

}  // namespace moestro::metrics
