// SPDX-License-Identifier: Apache-2.0
// Is a change of loads data or router (D3)? From the first half of the steps
// come the shares of the experts within each domain, from the second the mix of
// domains; predicted load p_e = sum_d w_d f_e|d. With b before and a after,
// explained is 1 - sum (a - p)^2 / sum (a - b)^2, not below 0. Unknown where
// the loads did not change by more than noise.
#include "moestro/metrics/load.h"
#include "moestro/metrics/load_shift.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace explained_by_mix_part {

constexpr Reading kReading = {
    .label = "change by data",
    .unit = "share",
    .digits = 0,
    .null = "unknown: loads that do not change need no explanation",
    .meaning =
        "How much of the change of loads between the two halves of the steps "
        "follows from another mix of domains: 100 % is data, 0 % is the "
        "router.",
    .cost = "O(domains E) once a window",
    .groups = "data,router"};

class ExplainedByMix final : public ChangeMetric {
 public:
  explicit ExplainedByMix(const Site&) {}

  [[nodiscard]] double over(
      std::span<const LayerRecord> records,
      const MetricContext&) const override {
    const auto middle = records.size() / 2;
    const auto shift =
        load_shift(records.first(middle), records.subspan(middle));
    return shift && shift->beyond_noise() ? shift->explained : kUnknown;
  }
};

}  // namespace explained_by_mix_part

extern constinit const Variant<Metric> explained_by_mix = {
    .info =
        {.name = "explained-by-mix",
         .summary = "share of a change of loads that the data explain",
         .paper = "",
         .reading = &explained_by_mix_part::kReading},
    .make = make_plain<Metric, explained_by_mix_part::ExplainedByMix>};

}  // namespace moestro::metrics
