// SPDX-License-Identifier: Apache-2.0
// |sum demand - T K| / (T K) (M1): 0 = the monitor saw every pair. Unknown
// without a fixed k; admission that adds pairs differs on purpose; a monitor
// that saw no token at all reports 1.
#include <cmath>
#include <numeric>

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace monitor_liveness_part {

constexpr Reading kReading = {
    .label = "missed pairs",
    .unit = "share",
    .worse = Worse::kHigher,
    .digits = 1,
    .null = "0 where every token asks for k experts",
    .meaning =
        "Distance of the pairs seen from tokens times k: other than 0 with a "
        "fixed k, the record itself is wrong.",
    .cost = "O(E) from the counts",
    .groups = "instrument"};

class MonitorLiveness final : public Metric {
 public:
  explicit MonitorLiveness(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext& context) const override {
    const auto seen = static_cast<double>(std::accumulate(
        r.counts.demand.begin(), r.counts.demand.end(), int64_t{0}));
    const auto due = static_cast<double>(r.counts.tokens * context.top_k);
    if (!context.fixed_k) {
      return kUnknown;
    }
    return due > 0 ? std::abs(seen - due) / due : 1;
  }
};

}  // namespace monitor_liveness_part

extern constinit const Variant<Metric> monitor_liveness = {
    .info =
        {.name = "monitor-liveness",
         .summary = "share of pairs that the monitor missed",
         .paper = "",
         .reading = &monitor_liveness_part::kReading},
    .make = make_plain<Metric, monitor_liveness_part::MonitorLiveness>};

}  // namespace moestro::metrics
