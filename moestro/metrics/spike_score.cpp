// SPDX-License-Identifier: Apache-2.0
// Share of steps whose loss lies 7 deviations or more above the recent ones
// (T1, after OLMo 2, 2501.00656): the z that training recorded, else the robust
// one among these steps.
#include <cmath>
#include <vector>

#include "moestro/metrics/load.h"
#include "moestro/metrics/metric.h"
#include "moestro/stats/robust.h"

namespace moestro::metrics {
namespace spike_score_part {

constexpr Reading kReading = {
    .label = "spikes",
    .unit = "share",
    .worse = Worse::kHigher,
    .digits = 1,
    .null = "none",
    .meaning =
        "Share of the steps whose loss jumped by seven deviations or more.",
    .cost = "O(1) a step",
    .groups = "optimisation,data",
    .scope = Extent::kRun};

namespace {

double is_spike(double z) {
  constexpr double kSpike = 7;
  return std::isnan(z) ? kUnknown : z >= kSpike ? 1 : 0;
}

std::vector<double> losses_of(std::span<const LayerRecord> records) {
  std::vector<double> losses;
  for (const auto& r : records) {
    const double lm = extra(r, "loss/lm");
    const double one = std::isnan(lm) ? extra(r, "loss") : lm;
    if (std::isfinite(one)) {
      losses.push_back(one);
    }
  }
  return losses;
}

double among(const std::vector<double>& losses) {
  constexpr size_t kEnough = 20;
  if (losses.size() < kEnough) {
    return kUnknown;
  }
  const double middle = median(losses);
  const double scale = std::max(robust_scale(losses), 1e-9);
  double spikes = 0;
  for (const double x : losses) {
    spikes += is_spike((x - middle) / scale);
  }
  return spikes / static_cast<double>(losses.size());
}

}  // namespace

class SpikeScore final : public Metric {
 public:
  explicit SpikeScore(const Site&) {}

  [[nodiscard]] double value(
      const LayerRecord& r, const MetricContext&) const override {
    return is_spike(extra(r, "loss/spike"));
  }

  [[nodiscard]] double over(
      std::span<const LayerRecord> records,
      const MetricContext& context) const override {
    const double recorded = Metric::over(records, context);
    return std::isnan(recorded) ? among(losses_of(records)) : recorded;
  }
};

}  // namespace spike_score_part

extern constinit const Variant<Metric> spike_score = {
    .info =
        {.name = "spike-score",
         .summary = "share of steps whose loss spiked",
         .paper = "2501.00656",
         .reading = &spike_score_part::kReading},
    .make = make_plain<Metric, spike_score_part::SpikeScore>};

}  // namespace moestro::metrics
