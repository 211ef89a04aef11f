// SPDX-License-Identifier: Apache-2.0
// MaxVio = max_e u_e - 1, loads u in units of their mean (2408.15664). Its
// healthy value is max-vio-floor, not 0.
#include <algorithm>

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace max_vio_part {

class MaxVio final : public Metric {
 public:
  explicit MaxVio(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    const auto u_E = loads(r);
    return u_E.empty() ? kUnknown : std::ranges::max(u_E) - 1;
  }
};

}  // namespace max_vio_part

extern constinit const Variant<Metric> max_vio = {
    .info =
        {.name = "max-vio",
         .summary = "largest load over the mean, minus 1",
         .paper = "2408.15664"},
    .make = make_plain<Metric, max_vio_part::MaxVio>};

}  // namespace moestro::metrics
