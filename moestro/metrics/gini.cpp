// SPDX-License-Identifier: Apache-2.0
// sum_ij |u_i - u_j| / (2 E^2) of the loads.
#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"
#include "moestro/stats/entropy.h"

namespace moestro::metrics {
namespace gini_part {

class Gini final : public Metric {
 public:
  explicit Gini(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return moestro::gini(loads(r));
  }
};

}  // namespace gini_part

extern constinit const Variant<Metric> gini = {
    .info =
        {.name = "gini",
         .summary = "Gini coefficient of the loads, 0 = even",
         .paper = ""},
    .make = make_plain<Metric, gini_part::Gini>};

}  // namespace moestro::metrics
