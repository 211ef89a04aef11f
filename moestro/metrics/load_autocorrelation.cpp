// SPDX-License-Identifier: Apache-2.0
// Do loads remember (R16)? Autocorrelation at lag 1 of each expert's load about
// its own mean over the steps, pooled over experts. Before a system tips over
// it comes back to rest ever more slowly (critical slowing down): advisory. Of
// n independent steps -1/n is expected; a sign bias that overshoots drives it
// to -1.
#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"
#include "moestro/metrics/residuals.h"

namespace moestro::metrics {
namespace load_autocorrelation_part {

constexpr Reading kReading = {
    .label = "loads remember",
    .digits = 2,
    .null = "−1 / steps for independent batches",
    .meaning =
        "Whether an expert that is busier than usual still is one step later: "
        "0 no, 1 yes, -1 it is idle then. A slow rise may come before a "
        "collapse.",
    .cost = "O(E) a step",
    .groups = "router,data"};

class LoadAutocorrelation final : public ChangeMetric {
 public:
  explicit LoadAutocorrelation(const Site&) {}

  [[nodiscard]] double over(
      std::span<const LayerRecord> records,
      const MetricContext&) const override {
    const auto x_SE = residuals(records);
    if (x_SE.size() < 3) {
      return kUnknown;
    }
    double together = 0, squares = 0;
    for (size_t s = 0; s < x_SE.size(); ++s) {
      for (size_t e = 0; e < x_SE[s].size(); ++e) {
        squares += x_SE[s][e] * x_SE[s][e];
        together += s > 0 ? x_SE[s - 1][e] * x_SE[s][e] : 0;
      }
    }
    return squares > 0 ? together / squares : kUnknown;
  }

  [[nodiscard]] double expected_over(
      std::span<const LayerRecord> records,
      const MetricContext&) const override {
    const auto steps = residuals(records).size();
    return steps < 3 ? kUnknown : -1 / static_cast<double>(steps);
  }
};

}  // namespace load_autocorrelation_part

extern constinit const Variant<Metric> load_autocorrelation = {
    .info =
        {.name = "load-autocorrelation",
         .summary = "lag-1 autocorrelation of the loads",
         .paper = "",
         .reading = &load_autocorrelation_part::kReading},
    .make = make_plain<Metric, load_autocorrelation_part::LoadAutocorrelation>};

}  // namespace moestro::metrics
