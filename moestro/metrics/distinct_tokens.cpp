// SPDX-License-Identifier: Apache-2.0
// Different tokens of a sequence over its length, mean over the step (D2).
#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace distinct_tokens_part {

constexpr Reading kReading = {
    .label = "distinct tokens",
    .unit = "share",
    .worse = Worse::kLower,
    .digits = 1,
    .null = "steady",
    .meaning =
        "Different tokens of a sequence over its length: a fall means repeated "
        "text.",
    .cost = "O(T) a step",
    .groups = "data",
    .scope = Extent::kRun};

class DistinctTokens final : public Metric {
 public:
  explicit DistinctTokens(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return extra(r, "data/distinct");
  }
};

}  // namespace distinct_tokens_part

extern constinit const Variant<Metric> distinct_tokens = {
    .info =
        {.name = "distinct-tokens",
         .summary = "distinct tokens of a sequence over its length",
         .paper = "",
         .reading = &distinct_tokens_part::kReading},
    .make = make_plain<Metric, distinct_tokens_part::DistinctTokens>};

}  // namespace moestro::metrics
