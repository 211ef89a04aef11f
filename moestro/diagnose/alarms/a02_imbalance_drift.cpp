// SPDX-License-Identifier: Apache-2.0
// A02: loads become more uneven than they were. Two CUSUMs (k 0.25 and 1) over
// ln(1 + MaxVio) of every step, whitened by an autoregression that was fitted
// to the first 8 windows and stays; thresholds verified on the resampled
// residuals of these windows. A shift that matters: the window's MaxVio is
// half as large again as it was, and 0.1 more. And its mean lies beyond what
// means of as many steps vary by: the long-run deviation of the autoregression,
// half as large again because 8 windows tell it badly where topics last
// (without that, 5 of 1.9 million healthy steps warned). Twice in a row: what
// balancing puts right within a window is none.
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <span>

#include "moestro/diagnose/alarm.h"
#include "moestro/diagnose/streak.h"
#include "moestro/diagnose/words.h"
#include "moestro/metrics/load.h"
#include "moestro/stats/block_bootstrap.h"
#include "moestro/stats/charts.h"
#include "moestro/stats/distribution.h"
#include "moestro/stats/mean.h"
#include "moestro/stats/whitening.h"

namespace moestro::alarms {
namespace a02_imbalance_drift_part {

constexpr int64_t kBaseline = 8;  // windows
constexpr int64_t kOrders = 4;
constexpr double kLongest = 9e9;  // steps that thresholds are known for
constexpr double kMaterial = 1.5, kLeast = 0.1;
constexpr double kSlow = 0.25, kFast = 1;
constexpr double kDoubt = 1.5;

struct Charts {
  Whitener whitener;
  double centre;  // mean of healthy residuals: a maximum is skewed to the right
  Cusum slow, fast;
};

// The second half of the residuals lies elsewhere than the first.
static bool drifts(std::span<const double> residuals) {
  const auto half = residuals.size() / 2;
  const double apart =
      mean_of(residuals.last(half)) - mean_of(residuals.first(half));
  const double noise = 2 / std::sqrt(static_cast<double>(residuals.size()));
  return std::abs(apart) > std::max(kSlow, 3 * noise);
}

class ImbalanceDrift final : public Alarm {
 public:
  explicit ImbalanceDrift(const Site& site) : site_(site) {}

  void step(
      const StepRecord& record, const WatchSite& watch, const Tell&) override {
    for (const auto& r : record.layers) {
      const auto load_E = metrics::loads(r);
      if (!load_E.empty() && r.counts.tokens > 0) {
        push(layers_[{r.layer, r.routing}], std::ranges::max(load_E), watch);
      }
    }
  }

  void window(
      const RunWindow& run, const WatchSite& watch, const Tell& tell) override {
    for (const auto& w : run.layers) {
      if (w.experts() == 0) {
        continue;
      }
      auto& state = layers_[w.key()];
      state.learning = state.learning || run.warm;
      if (state.count > 0) {
        look(state, w, site_.warn_chance(watch), tell);
      }
      state.sum = state.log_sum = state.count = 0;
      state.crossed = false;
    }
  }

  void rearm() override { layers_.clear(); }

  [[nodiscard]] Excuses excuses() const override { return {.text = true}; }

 private:
  struct State {
    bool learning = false;  // the run is warm
    std::vector<double> first;
    std::optional<Charts> charts;
    bool crossed = false;
    Streak<2, 2> lasts;
    double base = 0, sum = 0, count = 0;  // of MaxVio
    double log_base = 0, log_sum = 0;     // of ln(1 + MaxVio)
  };

  void push(State& state, double largest, const WatchSite& watch) {
    if (!state.learning) {
      return;
    }
    const double x = std::log(largest);  // ln(1 + MaxVio)
    if (!state.charts) {
      state.first.push_back(x);
      if (std::ssize(state.first) >= kBaseline * site_.window) {
        state.charts = fit(state.first, watch);
        state.base = std::exp(median_of(state.first)) - 1;
        state.log_base = mean_of(state.first);
        state.first.clear();
      }
      return;
    }
    state.sum += largest - 1;
    state.log_sum += x;
    ++state.count;
    const double z = state.charts->whitener.push(x) - state.charts->centre;
    const bool slow = state.charts->slow.push(z);
    const bool fast = state.charts->fast.push(z);
    state.crossed = state.crossed || slow || fast;
  }

  [[nodiscard]] static double median_of(const std::vector<double>& values) {
    auto sorted = values;
    const auto middle = sorted.begin() + std::ssize(sorted) / 2;
    std::ranges::nth_element(sorted, middle);
    return *middle;
  }

  // Loads that never vary (expert choice) have no scale, and no drift either.
  [[nodiscard]] std::optional<Charts> fit(
      const std::vector<double>& healthy, const WatchSite& watch) const {
    const auto [least, most] = std::ranges::minmax(healthy);
    if (!(median_spread(healthy) > 0) || least == most) {
      return std::nullopt;
    }
    const auto model =
        fit_autoregression(healthy, best_order(healthy, kOrders));
    const double wait = std::min(
        kLongest, 2 * static_cast<double>(watch.layers) / site_.rates.warn);
    auto residuals = whitened(model, healthy);
    if (drifts(residuals)) {
      return std::nullopt;  // another window will do
    }
    const double centre = mean_of(residuals);
    for (auto& z : residuals) {
      z -= centre;
    }
    const double slow = threshold(residuals, kSlow, wait);
    const double fast = threshold(residuals, kFast, wait);
    if (!std::isfinite(slow + fast)) {
      return std::nullopt;
    }
    return Charts{
        Whitener(model),
        centre,
        Cusum({.k = kSlow, .h = slow}),
        Cusum({.k = kFast, .h = fast})};
  }

  [[nodiscard]] static double median_spread(const std::vector<double>& values) {
    auto sizes = values;
    const double middle = median_of(values);
    for (auto& v : sizes) {
      v = std::abs(v - middle);
    }
    return median_of(sizes);
  }

  [[nodiscard]] static double threshold(
      const std::vector<double>& residuals, double k, double wait) {
    const Resampling how{.block = 20, .steps = 100'000};
    return verified_threshold(residuals, k, wait, how);
  }

  // The window's mean is none of a healthy one.
  [[nodiscard]] static bool is_far(const State& state, double chance) {
    if (!state.charts) {
      return false;
    }
    const auto& model = state.charts->whitener.model();
    const double memory = std::accumulate(
        model.coefficients.begin(), model.coefficients.end(), 0.0);
    const double lasting = kDoubt * model.scale / std::max(0.02, 1 - memory);
    const double deviation =
        lasting * std::sqrt((1 + 1.0 / kBaseline) / state.count);
    return state.log_sum / state.count - state.log_base >
           normal_quantile(1 - chance) * deviation;
  }

  static void look(
      State& state, const LayerWindow& w, double chance, const Tell& tell) {
    const double mean = state.sum / state.count;
    const double limit = kMaterial * state.base + kLeast;
    const bool opens = state.lasts.push(
        state.crossed && mean > limit && is_far(state, chance));
    if (!state.crossed || mean <= (limit + state.base) / 2) {
      return;
    }
    tell(
        {.level = Level::kWarn,
         .layer = w.layer,
         .routing = w.routing,
         .value = mean,
         .threshold = limit,
         .message = words::layer(w.layer, w.routing) +
                    " becomes uneven: MaxVio of a step was " +
                    words::number(state.base) + " and is now " +
                    words::number(mean) + " on average",
         .opens = opens});
  }

  Site site_;
  std::map<LayerKey, State> layers_;
};

}  // namespace a02_imbalance_drift_part

extern constinit const Variant<Alarm> a02_imbalance_drift = {
    .info =
        {.name = "a02-imbalance-drift",
         .summary = "loads become more uneven than they were",
         .paper = "",
         .shows = "max-vio"},
    .make = make_plain<Alarm, a02_imbalance_drift_part::ImbalanceDrift>};

}  // namespace moestro::alarms
