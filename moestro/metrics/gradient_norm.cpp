// SPDX-License-Identifier: Apache-2.0
// Norm of the gradient of the whole model before clipping (T2): often rises
// before the loss.
#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace gradient_norm_part {

constexpr Reading kReading = {
    .label = "gradient",
    .worse = Worse::kHigher,
    .digits = 3,
    .null = "steady, falling with the learning rate",
    .meaning =
        "Length of the gradient of the whole model, before it is clipped: "
        "often rises before the loss does.",
    .cost = "norms that the optimizer needs anyway",
    .groups = "optimisation",
    .scope = Extent::kRun};

class GradientNorm final : public Metric {
 public:
  explicit GradientNorm(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return extra(r, "grad_norm");
  }
};

}  // namespace gradient_norm_part

extern constinit const Variant<Metric> gradient_norm = {
    .info =
        {.name = "gradient-norm",
         .summary = "gradient norm of the whole model",
         .paper = "",
         .reading = &gradient_norm_part::kReading},
    .make = make_plain<Metric, gradient_norm_part::GradientNorm>};

}  // namespace moestro::metrics
