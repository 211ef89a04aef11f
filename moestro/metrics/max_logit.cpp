// SPDX-License-Identifier: Apache-2.0
// max |z| over the step. Above ln(65504) = 11.1 an fp16 softmax overflows.

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace max_logit_part {

constexpr Reading kReading = {
    .label = "largest logit",
    .worse = Worse::kHigher,
    .digits = 1,
    .null = "steady",
    .meaning =
        "Largest absolute router logit of the step; beyond 11.1 a softmax in "
        "half precision overflows.",
    .cost = "an extreme of the routing pass, O(T E)",
    .groups = "hard-fault,router"};

class MaxLogit final : public Metric {
 public:
  explicit MaxLogit(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return r.counts.tokens > 0 && r.max_logit > 0 ? r.max_logit : kUnknown;
  }
};

}  // namespace max_logit_part

extern constinit const Variant<Metric> max_logit = {
    .info =
        {.name = "max-logit",
         .summary = "largest absolute router logit",
         .paper = "",
         .reading = &max_logit_part::kReading},
    .make = make_plain<Metric, max_logit_part::MaxLogit>};

}  // namespace moestro::metrics
