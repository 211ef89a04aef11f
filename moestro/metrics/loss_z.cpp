// SPDX-License-Identifier: Apache-2.0
// Robust z of the loss against the recent steps (T1), (x - median) / (1.4826
// MAD); of a window the largest.
#include <cmath>

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace loss_z_part {

constexpr Reading kReading = {
    .label = "loss spike",
    .worse = Worse::kHigher,
    .digits = 1,
    .null = "below 4",
    .meaning =
        "How far the highest loss of these steps lies above the recent ones, "
        "in robust deviations.",
    .cost = "O(1) a step",
    .groups = "optimisation,data",
    .scope = Extent::kRun};

class LossZ final : public Metric {
 public:
  explicit LossZ(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return extra(r, "loss/spike");
  }

  [[nodiscard]] double over(
      std::span<const LayerRecord> records,
      const MetricContext& context) const override {
    double most = kUnknown;
    for (const auto& r : records) {
      most = std::fmax(most, value(r, context));
    }
    return most;
  }
};

}  // namespace loss_z_part

extern constinit const Variant<Metric> loss_z = {
    .info =
        {.name = "loss-z",
         .summary = "robust z of the loss, largest of the steps",
         .paper = "",
         .reading = &loss_z_part::kReading},
    .make = make_plain<Metric, loss_z_part::LossZ>};

}  // namespace moestro::metrics
