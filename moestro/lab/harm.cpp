// SPDX-License-Identifier: Apache-2.0
#include "moestro/lab/harm.h"

#include <algorithm>
#include <cmath>

#include "moestro/metrics/load.h"
#include "moestro/stats/distribution.h"
#include "moestro/stats/entropy.h"
#include "moestro/stats/mean.h"

namespace moestro {
namespace {

constexpr int64_t kLasting = 50;  // steps
constexpr int64_t kStretch = 10;  // steps whose counts are added up
constexpr size_t kSmooth = 3;
constexpr double kTail = 0.0005;

bool is_collapsed(const LayerRecord& sum) {
  const auto load_E = metrics::loads(sum);
  const auto E = static_cast<double>(load_E.size());
  const auto dead = metrics::count_dead(load_E);
  return E > 0 && (std::exp(entropy_nats(load_E)) < 0.5 * E ||
                   (dead >= 2 && dead >= 0.1 * E));
}

// The first of the steps whose state lasts kLasting.
class Lasting {
 public:
  explicit Lasting(int64_t fault_step) : fault_step_(fault_step) {}
  void see(int64_t step, bool bad) {
    if (step < fault_step_ || onset_) {
      return;
    }
    begun_ = bad ? begun_.value_or(step) : std::optional<int64_t>();
    if (begun_ && step - *begun_ >= kLasting) {
      onset_ = begun_;
    }
  }
  [[nodiscard]] std::optional<int64_t> onset() const { return onset_; }

 private:
  int64_t fault_step_;
  std::optional<int64_t> begun_, onset_;
};

std::optional<int64_t> loss_onset(
    const RunReader& run, const HealthyBand& band, int64_t fault_step) {
  Lasting bad(fault_step);
  for (const auto& [step, loss] : smoothed(run.scalar("valid/lm"))) {
    const auto top = band.top(step);
    bad.see(step, top && !(loss <= *top));
  }
  return bad.onset();
}

std::optional<int64_t> routing_onset(
    const RunReader& run, int32_t layer, int64_t fault_step) {
  std::optional<int64_t> onset;
  for (const auto& routing : run.routings(layer)) {
    Lasting bad(fault_step);
    LayerRecord sum;
    int64_t count = 0;
    for (const auto& [step, record] :
         run.layer_steps(layer, 1, run.last_step(), routing)) {
      sum.counts.add(record.counts);
      if (++count % kStretch == 0) {
        bad.see(step, is_collapsed(sum));
        sum = {};
      }
    }
    if (const auto here = bad.onset()) {
      onset = std::min(onset.value_or(*here), *here);
    }
  }
  return onset;
}

}  // namespace

Curve smoothed(const Curve& curve) {
  Curve smooth;
  std::vector<double> recent;
  for (const auto& [step, value] : curve) {
    recent.push_back(value);
    const auto n = std::min(kSmooth, recent.size());
    smooth.push_back({step, mean_of(std::span(recent).last(n))});
  }
  return smooth;
}

HealthyBand::HealthyBand(std::span<const Curve> healthy) {
  std::map<int64_t, std::vector<double>> at;
  for (const auto& curve : healthy) {
    for (const auto& [step, value] : smoothed(curve)) {
      at[step].push_back(value);
    }
  }
  double squares = 0, freedom = 0;
  const auto seeds = static_cast<double>(healthy.size());
  for (const auto& [step, values] : at) {
    mean_[step] = mean_of(values);
    for (const auto v : values) {
      squares += (v - mean_[step]) * (v - mean_[step]);
    }
    freedom += static_cast<double>(values.size()) - 1;
  }
  if (freedom > 0) {
    deviation_ = std::sqrt(squares / freedom);
    // Neighbours share evaluations: a third of them are independent.
    const auto own = std::max(1.0, freedom / static_cast<double>(kSmooth));
    reach_ = student_tail_quantile(kTail, own) * deviation_ *
             std::sqrt(1 + 1 / seeds);
  }
}

std::optional<double> HealthyBand::top(int64_t step) const {
  const auto found = mean_.find(step);
  if (found == mean_.end() || reach_ == 0) {
    return std::nullopt;
  }
  return found->second + reach_;
}

std::optional<int64_t> harm_onset(
    const RunReader& run, const HealthyBand& band, int64_t fault_step) {
  auto onset = loss_onset(run, band, fault_step);
  for (const auto layer : run.layers()) {
    const auto here = routing_onset(run, layer, fault_step);
    if (here) {
      onset = std::min(onset.value_or(*here), *here);
    }
  }
  return onset;
}

}  // namespace moestro
