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

class BalanceTest final : public Metric {
 public:
  explicit BalanceTest(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext& context) const override {
    const auto E = static_cast<int64_t>(r.demand.size());
    if (r.sequence_tokens.empty() || context.top_k < 1 || context.top_k >= E) {
      return kUnknown;
    }
    return balance_statistic(r.demand, context.top_k) /
           balanced_dispersion(
               r.sequence_demand, r.sequence_tokens, context.top_k);
  }
};

}  // namespace balance_test_part

extern constinit const Variant<Metric> balance_test = {
    .info =
        {.name = "balance-test",
         .summary = "chi-square of balance over the dispersion",
         .paper = ""},
    .make = make_plain<Metric, balance_test_part::BalanceTest>};

}  // namespace moestro::metrics
