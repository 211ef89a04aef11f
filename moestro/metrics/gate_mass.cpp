// SPDX-License-Identifier: Apache-2.0
// Spread of the combine weights that experts collect over that of their counts
// (L11), coefficients of variation: above 1 the router is surer of the busy
// experts, below 1 it spreads tokens without conviction.
#include <cmath>
#include <numeric>
#include <vector>

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"

namespace moestro::metrics {
namespace gate_mass_part {

constexpr Reading kReading = {
    .label = "mass over counts",
    .null = "near 1, steady",
    .meaning =
        "Are weights more uneven than counts? Above 1 the router is surer of "
        "the busy experts, below 1 of the idle ones.",
    .cost = "O(E) from the sums",
    .groups = "router"};

namespace {

double variation(const std::vector<double>& v_E) {
  const auto E = static_cast<double>(v_E.size());
  const double mean = std::accumulate(v_E.begin(), v_E.end(), 0.0) / E;
  double squares = 0;
  for (const double v : v_E) {
    squares += (v - mean) * (v - mean) / E;
  }
  return mean > 0 ? std::sqrt(squares) / mean : kUnknown;
}

}  // namespace

class GateMass final : public Metric {
 public:
  explicit GateMass(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    const std::vector<double> n_E(
        r.counts.demand.begin(), r.counts.demand.end());
    const double counts = variation(n_E);
    return counts > 0 ? variation(r.mass) / counts : kUnknown;
  }
};

}  // namespace gate_mass_part

extern constinit const Variant<Metric> gate_mass = {
    .info =
        {.name = "gate-mass",
         .summary = "unevenness of the weights over that of the counts",
         .paper = "",
         .reading = &gate_mass_part::kReading},
    .make = make_plain<Metric, gate_mass_part::GateMass>};

}  // namespace moestro::metrics
