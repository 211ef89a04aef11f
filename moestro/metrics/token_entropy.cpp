// SPDX-License-Identifier: Apache-2.0
// Mean H(score of a token) / ln E (R1). Stuck at 1: the router does not
// decide; falling to 0: over-confidence.
#include <cmath>

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace token_entropy_part {

constexpr Reading kReading = {
    .label = "token entropy",
    .digits = 3,
    .null = "1 at the start, falling as the router learns",
    .meaning =
        "How undecided the router is about one token, as a share of the "
        "largest entropy possible: stuck at 1 it does not decide, near 0 it is"
        " over-confident.",
    .chart = "How the router decides",
    .cost = "a sum of the routing pass, O(T E)",
    .groups = "router"};

class TokenEntropy final : public Metric {
 public:
  explicit TokenEntropy(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    const auto E = experts_of(r);
    return E < 2 ? kUnknown
                 : mean_token_entropy(r) / std::log(static_cast<double>(E));
  }
};

}  // namespace token_entropy_part

extern constinit const Variant<Metric> token_entropy = {
    .info =
        {.name = "token-entropy",
         .summary = "mean entropy of a token's scores over ln E",
         .paper = "",
         .reading = &token_entropy_part::kReading},
    .make = make_plain<Metric, token_entropy_part::TokenEntropy>};

}  // namespace moestro::metrics
