// SPDX-License-Identifier: Apache-2.0
// Share of the n-grams of a sequence, n = 8, that stood in it before, mean over
// the step (D2).
#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace repeated_ngrams_part {

constexpr Reading kReading = {
    .label = "repeated n-grams",
    .unit = "share",
    .worse = Worse::kHigher,
    .digits = 1,
    .null = "steady, a few per cent in text",
    .meaning =
        "Share of the runs of eight tokens that a sequence had before: "
        "templates, tables, attacks by repetition.",
    .cost = "O(T) a step",
    .groups = "data",
    .scope = Extent::kRun};

class RepeatedNgrams final : public Metric {
 public:
  explicit RepeatedNgrams(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return extra(r, "data/repeated");
  }
};

}  // namespace repeated_ngrams_part

extern constinit const Variant<Metric> repeated_ngrams = {
    .info =
        {.name = "repeated-ngrams",
         .summary = "share of 8-grams that a sequence repeats",
         .paper = "",
         .reading = &repeated_ngrams_part::kReading},
    .make = make_plain<Metric, repeated_ngrams_part::RepeatedNgrams>};

}  // namespace moestro::metrics
