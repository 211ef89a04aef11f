// SPDX-License-Identifier: Apache-2.0
// |sum demand - T K| / (T K) (M1): 0 = the monitor saw every pair. Selectors
// without a fixed k and admission that adds pairs differ on purpose; a monitor
// that saw no token at all reports 1.
#include <cmath>
#include <numeric>

#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace monitor_liveness_part {

class MonitorLiveness final : public Metric {
 public:
  explicit MonitorLiveness(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext& context) const override {
    const auto seen = static_cast<double>(
        std::accumulate(r.demand.begin(), r.demand.end(), int64_t{0}));
    const auto due = static_cast<double>(r.tokens * context.top_k);
    return due > 0 ? std::abs(seen - due) / due : 1;
  }
};

}  // namespace monitor_liveness_part

extern constinit const Variant<Metric> monitor_liveness = {
    .info =
        {.name = "monitor-liveness",
         .summary = "share of pairs that the monitor missed",
         .paper = ""},
    .make = make_plain<Metric, monitor_liveness_part::MonitorLiveness>};

}  // namespace moestro::metrics
