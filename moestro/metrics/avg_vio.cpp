// SPDX-License-Identifier: Apache-2.0
// mean_e |u_e - 1|: twice the share of load that sits on the wrong expert.
#include <cmath>

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace avg_vio_part {

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
};

}  // namespace avg_vio_part

extern constinit const Variant<Metric> avg_vio = {
    .info =
        {.name = "avg-vio",
         .summary = "mean distance of a load from the mean",
         .paper = "2408.15664"},
    .make = make_plain<Metric, avg_vio_part::AvgVio>};

}  // namespace moestro::metrics
