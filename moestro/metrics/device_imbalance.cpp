// SPDX-License-Identifier: Apache-2.0
// Load of the busiest device over the mean (L10). By chance: loads of one
// expert have variance s^2, of a device with g of E experts s^2 (E - g) / (g (E
// - 1)), and the largest of P such normals lies at Blom's quantile (P - 3/8) /
// (P + 1/4).
#include <algorithm>
#include <cmath>
#include <vector>

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"
#include "moestro/stats/distribution.h"

namespace moestro::metrics {
namespace device_imbalance_part {

constexpr Reading kReading = {
    .label = "device load",
    .worse = Worse::kHigher,
    .null = "1 and what chance adds",
    .meaning =
        "Work of the busiest device in units of the mean: everybody waits for "
        "it.",
    .cost = "O(E) from the counts",
    .groups = "capacity"};

class DeviceImbalance final : public Metric {
 public:
  explicit DeviceImbalance(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext& context) const override {
    const auto load_P = device_loads(loads(r), context.device_E);
    return load_P.empty() ? kUnknown : std::ranges::max(load_P);
  }

  [[nodiscard]] double expected(
      const LayerRecord& r, const MetricContext& context) const override {
    const auto E = static_cast<double>(experts_of(r));
    const auto P =
        static_cast<double>(device_loads(loads(r), context.device_E).size());
    if (P < 2) {
      return kUnknown;
    }
    const double g = E / P;
    const double deviation =
        balanced_deviation(r, context) * std::sqrt((E - g) / (g * (E - 1)));
    return 1 + deviation * std::sqrt(P / (P - 1)) *
                   normal_quantile((P - 0.375) / (P + 0.25));
  }
};

}  // namespace device_imbalance_part

extern constinit const Variant<Metric> device_imbalance = {
    .info =
        {.name = "device-imbalance",
         .summary = "load of the busiest device over the mean",
         .paper = "",
         .reading = &device_imbalance_part::kReading},
    .make = make_plain<Metric, device_imbalance_part::DeviceImbalance>};

}  // namespace moestro::metrics
