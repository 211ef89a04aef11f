// SPDX-License-Identifier: Apache-2.0
// phi-hat: how much more loads vary between sequences than independent tokens
// would. Falls to 1 when a sequence loss suppresses specialisation, rises when
// data repeat.

#include "moestro/stats/dispersion.h"

#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace dispersion_part {

constexpr Reading kReading = {
    .label = "φ",
    .digits = 1,
    .null = "1 if the tokens of a sequence were independent",
    .meaning =
        "How much more loads vary between sequences than independent tokens "
        "would make them. Text has 5 to 25; near 1 the router does not follow "
        "the text.",
    .headline = true,
    .cost = "O(E) from the sums of sequences",
    .groups = "data,specialisation"};

class Dispersion final : public Metric {
 public:
  explicit Dispersion(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return moestro::dispersion(r.sequence_view());
  }

  [[nodiscard]] double expected(
      const LayerRecord&, const MetricContext&) const override {
    return 1;
  }
};

}  // namespace dispersion_part

extern constinit const Variant<Metric> dispersion = {
    .info =
        {.name = "dispersion",
         .summary = "variance between sequences over the binomial one",
         .paper = "",
         .reading = &dispersion_part::kReading},
    .make = make_plain<Metric, dispersion_part::Dispersion>};

}  // namespace moestro::metrics
