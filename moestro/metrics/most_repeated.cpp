// SPDX-License-Identifier: Apache-2.0
// The same of the sequence that repeats itself most.
#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace most_repeated_part {

constexpr Reading kReading = {
    .label = "worst repetition",
    .unit = "share",
    .worse = Worse::kHigher,
    .digits = 1,
    .null = "steady",
    .meaning =
        "Share of the runs of eight tokens that the most repetitive sequence "
        "of the step had before.",
    .cost = "O(T) a step",
    .groups = "data",
    .scope = Extent::kRun};

class MostRepeated final : public Metric {
 public:
  explicit MostRepeated(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return extra(r, "data/repeated_most");
  }
};

}  // namespace most_repeated_part

extern constinit const Variant<Metric> most_repeated = {
    .info =
        {.name = "most-repeated",
         .summary = "share of 8-grams that the worst sequence repeats",
         .paper = "",
         .reading = &most_repeated_part::kReading},
    .make = make_plain<Metric, most_repeated_part::MostRepeated>};

}  // namespace moestro::metrics
