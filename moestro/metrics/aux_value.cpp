// SPDX-License-Identifier: Apache-2.0
// The balance loss of the f P family, raw, against its floor (R11): 1 when
// loads or probabilities are even, E / k when k experts have it all. On its
// floor while the model learns badly it balances too much.
#include <cmath>

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace aux_value_part {

constexpr Reading kReading = {
    .label = "balance loss",
    .worse = Worse::kHigher,
    .digits = 3,
    .null = "a little above 1",
    .meaning =
        "Raw value of the balance loss: 1 when even, E / k when k experts do "
        "all the work.",
    .cost = "a number that training has anyway",
    .groups = "router,specialisation"};

class AuxValue final : public Metric {
 public:
  explicit AuxValue(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    for (const auto* name : {"switch", "global", "sequence"}) {
      if (const double v = loss(r, name); !std::isnan(v)) {
        return v;
      }
    }
    return kUnknown;
  }

  [[nodiscard]] double expected(
      const LayerRecord& r, const MetricContext& context) const override {
    return std::isnan(value(r, context)) ? kUnknown : 1;
  }
};

}  // namespace aux_value_part

extern constinit const Variant<Metric> aux_value = {
    .info =
        {.name = "aux-value",
         .summary = "balance loss before its weight, 1 = even",
         .paper = "2101.03961",
         .reading = &aux_value_part::kReading},
    .make = make_plain<Metric, aux_value_part::AuxValue>};

}  // namespace moestro::metrics
