// SPDX-License-Identifier: Apache-2.0
// sum demand / T: what a token costs where k varies (ReMoE, thresholds, null
// experts). Over several steps, pairs over tokens of all of them.
#include <cmath>

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace experts_per_token_part {

constexpr Reading kReading = {
    .label = "experts per token",
    .unit = "experts",
    .null = "the configured k",
    .meaning = "Experts that a token asks for, on average.",
    .cost = "O(E) from the counts",
    .groups = "capacity,router"};

class ExpertsPerToken final : public Metric {
 public:
  explicit ExpertsPerToken(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return pairs_per_token({&r, 1});
  }

  [[nodiscard]] double expected(
      const LayerRecord& r, const MetricContext& context) const override {
    return std::isnan(pairs_per_token({&r, 1}))
               ? kUnknown
               : static_cast<double>(context.top_k);
  }

  [[nodiscard]] double over(
      std::span<const LayerRecord> records,
      const MetricContext&) const override {
    return pairs_per_token(records);
  }
};

}  // namespace experts_per_token_part

extern constinit const Variant<Metric> experts_per_token = {
    .info =
        {.name = "experts-per-token",
         .summary = "pairs asked for a token, on average",
         .paper = "",
         .reading = &experts_per_token_part::kReading},
    .make = make_plain<Metric, experts_per_token_part::ExpertsPerToken>};

}  // namespace moestro::metrics
