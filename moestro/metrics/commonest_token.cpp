// SPDX-License-Identifier: Apache-2.0
// Share of a step that is one and the same token.
#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace commonest_token_part {

constexpr Reading kReading = {
    .label = "commonest token",
    .unit = "share",
    .worse = Worse::kHigher,
    .digits = 1,
    .null = "a sixth of the bytes of text are blanks",
    .meaning =
        "Share of the most frequent token of the step: when it is most of "
        "them, padding is counted as text.",
    .cost = "O(T) a step",
    .groups = "data,instrument",
    .scope = Extent::kRun};

class CommonestToken final : public Metric {
 public:
  explicit CommonestToken(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return extra(r, "data/commonest");
  }
};

}  // namespace commonest_token_part

extern constinit const Variant<Metric> commonest_token = {
    .info =
        {.name = "commonest-token",
         .summary = "share of the most frequent token",
         .paper = "",
         .reading = &commonest_token_part::kReading},
    .make = make_plain<Metric, commonest_token_part::CommonestToken>};

}  // namespace moestro::metrics
