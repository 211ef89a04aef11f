// SPDX-License-Identifier: Apache-2.0
// Relative change of the router in one step over that of the experts (R10),
// ||dW|| / ||W|| each: a router that learns much faster than what it chooses
// among.
#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace update_ratio_part {

constexpr Reading kReading = {
    .label = "router step",
    .worse = Worse::kHigher,
    .null = "steady; of the order of the learning rates' ratio",
    .meaning =
        "How far one step moves the router, in units of how far it moves the "
        "experts: a router learning rate that is too high shows here.",
    .tier = 1,
    .cost = "one copy of router and experts a probe",
    .groups = "optimisation,router"};

class UpdateRatio final : public Metric {
 public:
  explicit UpdateRatio(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return mean_extra(r, "update_ratio/router/") /
           mean_extra(r, "update_ratio/experts/");
  }
};

}  // namespace update_ratio_part

extern constinit const Variant<Metric> update_ratio = {
    .info =
        {.name = "update-ratio",
         .summary = "relative step of the router over that of the experts",
         .paper = "",
         .reading = &update_ratio_part::kReading},
    .make = make_plain<Metric, update_ratio_part::UpdateRatio>};

}  // namespace moestro::metrics
