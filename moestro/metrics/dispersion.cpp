// SPDX-License-Identifier: Apache-2.0
// phi-hat: how much more loads vary between sequences than independent tokens
// would. Falls to 1 when a sequence loss suppresses specialisation, rises when
// data repeat.

#include "moestro/stats/dispersion.h"

#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace dispersion_part {

class Dispersion final : public Metric {
 public:
  explicit Dispersion(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return moestro::dispersion(r.sequence_demand, r.sequence_tokens);
  }
};

}  // namespace dispersion_part

extern constinit const Variant<Metric> dispersion = {
    .info =
        {.name = "dispersion",
         .summary = "variance between sequences over the binomial one",
         .paper = ""},
    .make = make_plain<Metric, dispersion_part::Dispersion>};

}  // namespace moestro::metrics
