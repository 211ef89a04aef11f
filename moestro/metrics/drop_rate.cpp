// SPDX-License-Identifier: Apache-2.0
// 1 - kept / demand: pairs that capacity refused.
#include <numeric>

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace drop_rate_part {

class DropRate final : public Metric {
 public:
  explicit DropRate(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    const auto sum = [](const std::vector<int64_t>& n_E) {
      return static_cast<double>(
          std::accumulate(n_E.begin(), n_E.end(), int64_t{0}));
    };
    const double asked = sum(r.demand);
    return asked > 0 ? 1 - sum(r.kept) / asked : kUnknown;
  }
};

}  // namespace drop_rate_part

extern constinit const Variant<Metric> drop_rate = {
    .info =
        {.name = "drop-rate",
         .summary = "share of chosen pairs that were not served",
         .paper = ""},
    .make = make_plain<Metric, drop_rate_part::DropRate>};

}  // namespace moestro::metrics
