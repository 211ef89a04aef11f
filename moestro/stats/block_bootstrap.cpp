// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/block_bootstrap.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "moestro/base/draws.h"
#include "moestro/base/error.h"
#include "moestro/stats/charts.h"

namespace moestro {
namespace {

Philox4 block_of(uint64_t seed, uint32_t block) {
  constexpr uint32_t kStream = 0xB007;
  return philox({block, kStream, 0, 0}, seed);
}

void check(std::span<const double> residuals, const Resampling& how) {
  require(
      residuals.size() >= 20 &&
          std::ranges::all_of(
              residuals, [](double r) { return std::isfinite(r); }),
      "[bootstrap] at least 20 residuals, all finite");
  require(
      how.block >= 1 && how.steps > 0,
      "[bootstrap] a block has a step or more, and there are steps");
}

// Walks through blocks of random start and geometric length.
class Resampled {
 public:
  Resampled(std::span<const double> values, const Resampling& how)
      : values_(values), how_(how), draws_(block_of, how.seed) {}

  double next() {
    if (left_ == 0) {
      at_ = draws_.below(values_.size());
      left_ = length();
    }
    --left_;
    const double value = values_[at_];
    at_ = at_ + 1 == values_.size() ? 0 : at_ + 1;
    return value;
  }

 private:
  int64_t length() {
    const double u = draws_.uniform();
    return how_.block > 1 ? 1 + static_cast<int64_t>(
                                    std::log(u) / std::log1p(-1 / how_.block))
                          : 1;
  }

  std::span<const double> values_;
  Resampling how_;
  Draws draws_;
  size_t at_ = 0;
  int64_t left_ = 0;
};

}  // namespace

SeenRunLength bootstrap_run_length(
    std::span<const double> residuals,
    const CusumDesign& design,
    const Resampling& how) {
  check(residuals, how);
  Resampled input(residuals, how);
  Cusum chart(design);
  int64_t alarms = 0;
  for (int64_t t = 0; t < how.steps; ++t) {
    if (chart.push(input.next())) {
      ++alarms;
      chart.restart();
    }
  }
  const auto steps = static_cast<double>(how.steps);
  return {
      steps / static_cast<double>(std::max<int64_t>(alarms, 1)),
      alarms,
      mean_wait(alarms, steps, 0.95)};
}

double verified_threshold(
    std::span<const double> residuals,
    double k,
    double false_alarm_steps,
    const Resampling& how) {
  constexpr double kAlarms = 100;
  check(residuals, how);
  const double wanted = cusum_threshold(k, false_alarm_steps);
  const double seen_steps =
      std::min(false_alarm_steps, static_cast<double>(how.steps) / kAlarms);
  const double theory = cusum_threshold(k, seen_steps);
  const auto reached = [&](double factor) {
    return bootstrap_run_length(residuals, {k, factor * theory}, how).steps >=
           seen_steps;
  };
  double low = 1, high = 1;
  while (!reached(high)) {
    low = high;
    high *= 2;
    if (high > 16) {
      return std::numeric_limits<double>::infinity();
    }
  }
  while (high - low > 0.01) {
    const double middle = (low + high) / 2;
    (reached(middle) ? high : low) = middle;
  }
  return wanted * high;
}

}  // namespace moestro
