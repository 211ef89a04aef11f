// SPDX-License-Identifier: Apache-2.0
// mean lse^2: the raw z-loss (ST-MoE, 2202.08906), before its weight.

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace z_value_part {

constexpr Reading kReading = {
    .label = "z-loss, raw",
    .worse = Worse::kHigher,
    .null = "steady",
    .meaning =
        "Mean squared log-sum-exp of the router logits, before its weight.",
    .cost = "a sum of the routing pass, O(T E)",
    .groups = "hard-fault,router"};

class ZValue final : public Metric {
 public:
  explicit ZValue(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return r.counts.tokens > 0 && r.lse2 > 0
               ? r.lse2 / static_cast<double>(r.counts.tokens)
               : kUnknown;
  }
};

}  // namespace z_value_part

extern constinit const Variant<Metric> z_value = {
    .info =
        {.name = "z-value",
         .summary = "raw z-loss: mean squared log-sum-exp",
         .paper = "2202.08906",
         .reading = &z_value_part::kReading},
    .make = make_plain<Metric, z_value_part::ZValue>};

}  // namespace moestro::metrics
