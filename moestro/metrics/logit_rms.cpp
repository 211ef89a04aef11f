// SPDX-License-Identifier: Apache-2.0
// sqrt(mean lse^2): grows before logits overflow (ST-MoE, 2202.08906).
#include <cmath>

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace logit_rms_part {

constexpr Reading kReading = {
    .label = "logit scale",
    .worse = Worse::kHigher,
    .null = "steady",
    .meaning =
        "Root mean square of the log-sum-exp of the router logits: grows "
        "before logits overflow.",
    .cost = "a sum of the routing pass, O(T E)",
    .groups = "hard-fault,optimisation,router"};

class LogitRms final : public Metric {
 public:
  explicit LogitRms(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return r.counts.tokens > 0 && r.lse2 > 0
               ? std::sqrt(r.lse2 / static_cast<double>(r.counts.tokens))
               : kUnknown;
  }
};

}  // namespace logit_rms_part

extern constinit const Variant<Metric> logit_rms = {
    .info =
        {.name = "logit-rms",
         .summary = "root mean square of the log-sum-exp",
         .paper = "2202.08906",
         .reading = &logit_rms_part::kReading},
    .make = make_plain<Metric, logit_rms_part::LogitRms>};

}  // namespace moestro::metrics
