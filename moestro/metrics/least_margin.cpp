// SPDX-License-Identifier: Apache-2.0
// Least gap of the step between the last expert chosen and the first refused
// (R4), in logits.
#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace least_margin_part {

constexpr Reading kReading = {
    .label = "least margin",
    .digits = 4,
    .null = "near 0; the median is `margin`",
    .meaning =
        "Gap between the last expert that was chosen and the first that was "
        "not, of the least decided token.",
    .cost = "an extreme of the routing pass",
    .groups = "router"};

class LeastMargin final : public Metric {
 public:
  explicit LeastMargin(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    // A step whose largest logit is 0 recorded no logits.
    return r.max_logit > 0 ? r.min_margin : kUnknown;
  }
};

}  // namespace least_margin_part

extern constinit const Variant<Metric> least_margin = {
    .info =
        {.name = "least-margin",
         .summary = "least gap between the chosen and the refused, logits",
         .paper = "",
         .reading = &least_margin_part::kReading},
    .make = make_plain<Metric, least_margin_part::LeastMargin>};

}  // namespace moestro::metrics
