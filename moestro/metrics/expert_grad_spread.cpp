// SPDX-License-Identifier: Apache-2.0
// sd over experts of ln |gradient| (E1): starving and exploding experts both
// widen it. An expert without gradient makes it infinite.
#include <cmath>
#include <limits>

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace expert_grad_spread_part {

constexpr Reading kReading = {
    .label = "gradient spread",
    .worse = Worse::kHigher,
    .null = "steady",
    .meaning =
        "Spread of the experts' gradient norms on a log scale: starving and "
        "exploding experts both widen it.",
    .cost = "norms that the optimizer needs anyway",
    .groups = "optimisation,router"};

class ExpertGradSpread final : public Metric {
 public:
  explicit ExpertGradSpread(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    const auto E = static_cast<double>(r.grad_norm.size());
    double sum = 0, squares = 0;
    for (const double norm : r.grad_norm) {
      if (norm == 0) {
        return std::numeric_limits<double>::infinity();
      }
      sum += std::log(norm) / E;
    }
    for (const double norm : r.grad_norm) {
      squares += std::pow(std::log(norm) - sum, 2);
    }
    return E > 0 ? std::sqrt(squares / E) : kUnknown;
  }
};

}  // namespace expert_grad_spread_part

extern constinit const Variant<Metric> expert_grad_spread = {
    .info =
        {.name = "expert-grad-spread",
         .summary = "spread of the experts' gradient norms, log scale",
         .paper = "",
         .reading = &expert_grad_spread_part::kReading},
    .make = make_plain<Metric, expert_grad_spread_part::ExpertGradSpread>};

}  // namespace moestro::metrics
