// SPDX-License-Identifier: Apache-2.0
// Experts with less than 5 % of the mean load. Over several steps the loads are
// summed first: an expert that idles in one batch and works in the next lives.
#include <algorithm>

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace dead_experts_part {

constexpr Reading kReading = {
    .label = "dead experts",
    .unit = "experts",
    .worse = Worse::kHigher,
    .digits = 0,
    .null = "none",
    .meaning =
        "Experts that got less than 5 % of the mean load, summed over the "
        "steps.",
    .limits =
        {.scale = Scale::kAbsolute,
         .complaint = "has experts with less than 5 % of the mean load"},
    .headline = true,
    .cost = "O(E) from the counts",
    .groups = "router"};

class DeadExperts final : public Metric {
 public:
  explicit DeadExperts(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    const auto u_E = loads(r);
    return u_E.empty() ? kUnknown : count_dead(u_E);
  }

  [[nodiscard]] double over(
      std::span<const LayerRecord> records,
      const MetricContext& context) const override {
    LayerRecord all;
    for (const auto& r : records) {
      all.counts.add(r.counts);
      all.mass.resize(std::max(all.mass.size(), r.mass.size()));
      for (size_t e = 0; e < r.mass.size(); ++e) {
        all.mass[e] += r.mass[e];
      }
    }
    return value(all, context);
  }
};

}  // namespace dead_experts_part

extern constinit const Variant<Metric> dead_experts = {
    .info =
        {.name = "dead-experts",
         .summary = "experts with less than 5 % of the mean load",
         .paper = "",
         .reading = &dead_experts_part::kReading},
    .make = make_plain<Metric, dead_experts_part::DeadExperts>};

}  // namespace moestro::metrics
