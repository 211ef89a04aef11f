// SPDX-License-Identifier: Apache-2.0
// sum_ij |u_i - u_j| / (2 E^2), by sorting: sum_i (2i - E + 1) u_(i) / E^2.
#include <algorithm>

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace gini_part {

class Gini final : public Metric {
 public:
  explicit Gini(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    auto u_E = loads(r);
    std::ranges::sort(u_E);
    const auto E = static_cast<double>(u_E.size());
    double sum = 0, weight = 1 - E;
    for (const double u : u_E) {
      sum += weight * u;
      weight += 2;
    }
    return u_E.empty() ? kUnknown : sum / (E * E);
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
