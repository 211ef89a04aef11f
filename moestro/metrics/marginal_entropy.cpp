// SPDX-License-Identifier: Apache-2.0
// H(mean score) / ln E (R2). Soft collapse shows here before hard counts
// move.
#include <cmath>

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"
#include "moestro/stats/entropy.h"

namespace moestro::metrics {
namespace marginal_entropy_part {

constexpr Reading kReading = {
    .label = "marginal entropy",
    .worse = Worse::kLower,
    .digits = 3,
    .null = "near 1",
    .meaning =
        "Entropy of the mean scores as a share of the largest possible: near 1"
        " all experts are in use; soft collapse shows here before loads move.",
    .chart = "How the router decides",
    .cost = "a sum of the routing pass, O(T E)",
    .groups = "router"};

class MarginalEntropy final : public Metric {
 public:
  explicit MarginalEntropy(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    const auto E = r.prob.size();
    return E < 2 ? kUnknown
                 : entropy_nats(r.prob) / std::log(static_cast<double>(E));
  }
};

}  // namespace marginal_entropy_part

extern constinit const Variant<Metric> marginal_entropy = {
    .info =
        {.name = "marginal-entropy",
         .summary = "entropy of the mean scores over ln E",
         .paper = "",
         .reading = &marginal_entropy_part::kReading},
    .make = make_plain<Metric, marginal_entropy_part::MarginalEntropy>};

}  // namespace moestro::metrics
