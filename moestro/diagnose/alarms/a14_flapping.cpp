// SPDX-License-Identifier: Apache-2.0
// A14: the router changes its mind about the same text more than it did: the
// share of choices that flip from probe to probe (R13) leaves the last eight
// probes. A CUSUM (k = 1) of the standardised excess; the scale is the largest
// of what these probes show, of what so many independent tokens show by chance,
// and of a seventh of the level. And half as much again as the largest of them,
// and 0.05 more. Flips fall with the learning rate, so that the yardstick may
// follow; when the rate rises it begins anew. One probe can suffice: an
// optimizer that lost its state upsets the router once.
#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <numeric>
#include <vector>

#include "moestro/diagnose/alarm.h"
#include "moestro/diagnose/words.h"
#include "moestro/stats/charts.h"
#include "moestro/stats/robust.h"

namespace moestro::alarms {
namespace a14_flapping_part {

constexpr size_t kProbes = 8;
constexpr double kK = 1, kLongest = 9e9;
constexpr double kLevelShare = 0.15;
constexpr double kTimes = 1.5, kLeast = 0.05;
constexpr double kRateRise = 1.05;
// Of the text of a probe, as few as there may be.
constexpr double kTokens = 64;

class Flapping final : public Alarm {
 public:
  explicit Flapping(const Site& site) : site_(site) {}

  void window(
      const RunWindow& run, const WatchSite& watch, const Tell& tell) override {
    const double rate = run.mean("lr");
    if (rate > kRateRise * rate_) {
      rearm();
    }
    rate_ = std::isfinite(rate) ? rate : rate_;
    for (const auto& w : run.layers) {
      const double flips = w.mean("flip-rate");
      if (run.warm && std::isfinite(flips)) {
        look(w, flips, watch, tell);
      }
    }
  }

  void rearm() override { layers_.clear(); }

 private:
  struct State {
    std::deque<double> last;
    Cusum chart;
  };

  [[nodiscard]] State fresh(const WatchSite& watch) const {
    const double wait = static_cast<double>(watch.layers) /
                        (site_.rates.warn * static_cast<double>(site_.window));
    return {
        .last = {},
        .chart = Cusum(
            {.k = kK, .h = cusum_threshold(kK, std::min(kLongest, wait))})};
  }

  void look(
      const LayerWindow& w,
      double flips,
      const WatchSite& watch,
      const Tell& tell) {
    const auto found = layers_.find(w.key());
    auto& state = found != layers_.end()
                      ? found->second
                      : layers_.emplace(w.key(), fresh(watch)).first->second;
    if (state.last.size() < kProbes) {
      state.last.push_back(flips);
      return;
    }
    const std::vector<double> last(state.last.begin(), state.last.end());
    const double level =
        std::accumulate(last.begin(), last.end(), 0.0) / kProbes;
    const double chance = std::sqrt(level * (1 - level) / kTokens);
    const double scale =
        std::max({robust_scale(last), chance, kLevelShare * level, 1e-9});
    const bool crossed = state.chart.push((flips - level) / scale);
    const double limit = kTimes * std::ranges::max(last) + kLeast;
    if (crossed && flips > limit) {
      say(w, flips, level, limit, tell);
      return;
    }
    state.last.pop_front();
    state.last.push_back(flips);
    if (crossed) {
      state.chart.restart();  // not enough to matter
    }
  }

  static void say(
      const LayerWindow& w,
      double flips,
      double level,
      double limit,
      const Tell& tell) {
    tell(
        {.level = Level::kWarn,
         .layer = w.layer,
         .routing = w.routing,
         .value = flips,
         .threshold = limit,
         .message = words::layer(w.layer, w.routing) + ": " +
                    words::percent(flips) +
                    " of the choices on the same text have changed since the "
                    "probe before; it was " +
                    words::percent(level)});
  }

  Site site_;
  double rate_ = 0;
  std::map<LayerKey, State> layers_;
};

}  // namespace a14_flapping_part

extern constinit const Variant<Alarm> a14_flapping = {
    .info =
        {.name = "a14-flapping",
         .summary = "the router changes its mind more than it did",
         .paper = "2204.08396",
         .shows = "flip-rate"},
    .make = make_plain<Alarm, a14_flapping_part::Flapping>};

}  // namespace moestro::alarms
