// SPDX-License-Identifier: Apache-2.0
// Sequences of a step that equal another one (D2).
#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace copied_sequences_part {

constexpr Reading kReading = {
    .label = "copies",
    .unit = "share",
    .worse = Worse::kHigher,
    .digits = 1,
    .null = "0",
    .meaning =
        "Sequences of the step that another one of it equals, as a share: one "
        "text over and over leaves nothing to specialise on.",
    .cost = "O(T) a step",
    .groups = "data",
    .scope = Extent::kRun};

class CopiedSequences final : public Metric {
 public:
  explicit CopiedSequences(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return extra(r, "data/copies");
  }
};

}  // namespace copied_sequences_part

extern constinit const Variant<Metric> copied_sequences = {
    .info =
        {.name = "copied-sequences",
         .summary = "share of sequences that copy another of the step",
         .paper = "",
         .reading = &copied_sequences_part::kReading},
    .make = make_plain<Metric, copied_sequences_part::CopiedSequences>};

}  // namespace moestro::metrics
