// SPDX-License-Identifier: Apache-2.0
// X2_K / phi, chi-square with E-1 degrees of freedom under balance: the
// calibrated answer to "is this uneven?". phi is that of fair shares; against
// the shares seen, strongly clustered batches raised seven times the alarms
// promised. Without counts per sequence there is no phi, and assuming 1 would
// raise false alarms: NaN.

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"
#include "moestro/stats/dispersion.h"

namespace moestro::metrics {
namespace balance_test_part {

constexpr Reading kReading = {
    .label = "χ² of balance",
    .worse = Worse::kHigher,
    .digits = 1,
    .null = "E − 1 on average",
    .meaning =
        "Squared distance from even loads over the noise that sequences of "
        "this text have.",
    .cost = "O(E) from the sums of sequences",
    .groups = "data,router"};

class BalanceTest final : public Metric {
 public:
  explicit BalanceTest(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext& context) const override {
    const auto E = static_cast<int64_t>(r.counts.demand.size());
    if (r.sequences.sequences < 2 || context.top_k < 1 || context.top_k >= E) {
      return kUnknown;
    }
    return balance_statistic(r.counts.demand, context.top_k) /
           balanced_dispersion(r.sequence_view(), context.top_k);
  }

  [[nodiscard]] double expected(
      const LayerRecord& r, const MetricContext& context) const override {
    const auto E = static_cast<int64_t>(r.counts.demand.size());
    return context.top_k < E ? static_cast<double>(E - 1) : kUnknown;
  }
};

}  // namespace balance_test_part

extern constinit const Variant<Metric> balance_test = {
    .info =
        {.name = "balance-test",
         .summary = "chi-square of balance over the dispersion",
         .paper = "",
         .reading = &balance_test_part::kReading},
    .make = make_plain<Metric, balance_test_part::BalanceTest>};

}  // namespace moestro::metrics
