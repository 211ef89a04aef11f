// SPDX-License-Identifier: Apache-2.0
// 1 - kept / demand: pairs that capacity refused.
#include <numeric>

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace drop_rate_part {

constexpr Reading kReading = {
    .label = "drops",
    .unit = "share",
    .worse = Worse::kHigher,
    .digits = 1,
    .null = "none without a capacity",
    .meaning =
        "Share of token-expert pairs that found their expert full and were "
        "skipped.",
    .limits =
        {.scale = Scale::kAbsolute,
         .warn = 0.05,
         .bad = 1,
         .complaint = "drops more than 5 % of its token-expert pairs"},
    .chart = "Dropped pairs",
    .cost = "O(E) from the counts",
    .groups = "capacity"};

class DropRate final : public Metric {
 public:
  explicit DropRate(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    const auto sum = [](const std::vector<int64_t>& n_E) {
      return static_cast<double>(
          std::accumulate(n_E.begin(), n_E.end(), int64_t{0}));
    };
    const double asked = sum(r.counts.demand);
    return asked > 0 && !r.counts.kept.empty() ? 1 - sum(r.counts.kept) / asked
                                               : kUnknown;
  }
};

}  // namespace drop_rate_part

extern constinit const Variant<Metric> drop_rate = {
    .info =
        {.name = "drop-rate",
         .summary = "share of chosen pairs that were not served",
         .paper = "",
         .reading = &drop_rate_part::kReading},
    .make = make_plain<Metric, drop_rate_part::DropRate>};

}  // namespace moestro::metrics
