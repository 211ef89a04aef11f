// SPDX-License-Identifier: Apache-2.0
// Norm of the gradient of the routers before clipping (T2): often rises before
// the loss.
#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace gradient_norm_router_part {

constexpr Reading kReading = {
    .label = "gradient, routers",
    .worse = Worse::kHigher,
    .digits = 3,
    .null = "steady, falling with the learning rate",
    .meaning =
        "Length of the gradient of the routers, before it is clipped: often "
        "rises before the loss does.",
    .cost = "norms that the optimizer needs anyway",
    .groups = "optimisation,router",
    .scope = Extent::kRun};

class GradientNormRouter final : public Metric {
 public:
  explicit GradientNormRouter(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return extra(r, "grad_norm/router");
  }
};

}  // namespace gradient_norm_router_part

extern constinit const Variant<Metric> gradient_norm_router = {
    .info =
        {.name = "gradient-norm-router",
         .summary = "gradient norm of the routers",
         .paper = "",
         .reading = &gradient_norm_router_part::kReading},
    .make = make_plain<Metric, gradient_norm_router_part::GradientNormRouter>};

}  // namespace moestro::metrics
