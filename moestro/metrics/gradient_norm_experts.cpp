// SPDX-License-Identifier: Apache-2.0
// Norm of the gradient of the experts before clipping (T2): often rises before
// the loss.
#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace gradient_norm_experts_part {

constexpr Reading kReading = {
    .label = "gradient, experts",
    .worse = Worse::kHigher,
    .digits = 3,
    .null = "steady, falling with the learning rate",
    .meaning =
        "Length of the gradient of the experts, before it is clipped: often "
        "rises before the loss does.",
    .cost = "norms that the optimizer needs anyway",
    .groups = "optimisation",
    .scope = Extent::kRun};

class GradientNormExperts final : public Metric {
 public:
  explicit GradientNormExperts(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return extra(r, "grad_norm/experts");
  }
};

}  // namespace gradient_norm_experts_part

extern constinit const Variant<Metric> gradient_norm_experts = {
    .info =
        {.name = "gradient-norm-experts",
         .summary = "gradient norm of the experts",
         .paper = "",
         .reading = &gradient_norm_experts_part::kReading},
    .make =
        make_plain<Metric, gradient_norm_experts_part::GradientNormExperts>};

}  // namespace moestro::metrics
