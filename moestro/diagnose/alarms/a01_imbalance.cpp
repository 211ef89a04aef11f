// SPDX-License-Identifier: Apache-2.0
// A01: some expert certainly gets far more than its share. The lower confidence
// bound of MaxVio over a window, at 99.9 %, lies above 1.5 (warn) or 2.5
// (page), or 0.4 and 0.6 of what is possible at all, E / K - 1, if that is
// less; and the load is too uneven for chance; in 3 of 5 windows. A switch loss
// of 0.01 leaves small healthy models at 0.7 to 1.1 for hundreds of steps
// (measured), so that as much is no reason to wake anybody. Where an expert's
// fair share is less than 5 independent pairs a window, nobody can tell. A
// trace that was this uneven from its first window on is no incident: text of
// one kind does that to a healthy model (OLMoE on arXiv: MaxVio 6.5).
#include <algorithm>
#include <map>

#include "moestro/diagnose/alarm.h"
#include "moestro/diagnose/streak.h"
#include "moestro/diagnose/words.h"
#include "moestro/stats/balance_test.h"
#include "moestro/stats/multiplicity.h"
#include "moestro/stats/null.h"

namespace moestro::alarms {
namespace a01_imbalance_part {

constexpr double kConfidence = 1e-3;
constexpr double kWarn = 1.5, kPage = 2.5;
constexpr double kWarnShare = 0.4, kPageShare = 0.6;
// By how much more uneven than at first a layer has become.
constexpr double kGrown = 1.5;
constexpr int64_t kFirstWindows = 3;
constexpr double kFewestPairs = 5;

struct Limits {
  double warn, page;
};

static Limits limits_of(const LayerWindow& w) {
  const double most =
      static_cast<double>(w.experts()) / static_cast<double>(w.top_k) - 1;
  return {
      std::min(kWarn, kWarnShare * most), std::min(kPage, kPageShare * most)};
}

// Pairs that a fair share of the window's independent tokens comes to.
static double fair_pairs(const LayerWindow& w) {
  return w.tokens() / w.phi * static_cast<double>(w.top_k) /
         static_cast<double>(w.experts());
}

class Imbalance final : public Alarm {
 public:
  explicit Imbalance(const Site& site) : site_(site) {}

  void window(
      const RunWindow& run, const WatchSite& watch, const Tell& tell) override {
    for (const auto& w : run.layers) {
      if (static_cast<int64_t>(w.experts()) > w.top_k) {
        look(w, run, watch, tell);
      }
    }
  }

  void rearm() override { layers_.clear(); }

  [[nodiscard]] Excuses excuses() const override {
    return {.text = true, .youth = true};
  }

 private:
  struct State {
    double first = 0;  // MaxVio of the first windows
    int64_t windows = 0;
    Streak<3, 5> warns, pages;
  };

  void look(
      const LayerWindow& w,
      const RunWindow& run,
      const WatchSite& watch,
      const Tell& tell) {
    auto& state = layers_[w.key()];
    const double most = std::ranges::max(w.load) - 1;
    if (state.windows < kFirstWindows) {
      state.first += most / static_cast<double>(kFirstWindows);
    }
    ++state.windows;
    const auto bounds = max_vio_bounds(
        w.counts.demand, w.counts.tokens, w.top_k, w.phi, kConfidence);
    const double p = balance_p_value(w.counts.demand, w.top_k, w.phi);
    const double chance = site_.warn_chance(watch);
    const auto limits = limits_of(w);
    const bool sure = run.warm && p < chance && fair_pairs(w) >= kFewestPairs;
    const bool warn = state.warns.push(sure && bounds.low > limits.warn);
    const bool page = state.pages.push(sure && bounds.low > limits.page);
    if (sure && bounds.low > limits.warn / 2) {
      const bool grown = watch.from_scratch || most > kGrown * state.first;
      tell(
          {.level = !grown ? Level::kInfo
                    : page ? Level::kPage
                           : Level::kWarn,
           .layer = w.layer,
           .routing = w.routing,
           .expert = busiest(w),
           .value = bounds.low,
           .threshold = page ? limits.page : limits.warn,
           .message = message(w, bounds.low, grown),
           .opens = warn || page});
    }
  }

  [[nodiscard]] static int32_t busiest(const LayerWindow& w) {
    return static_cast<int32_t>(
        std::ranges::max_element(w.load) - w.load.begin());
  }

  [[nodiscard]] static std::string message(
      const LayerWindow& w, double low, bool grown) {
    return words::layer(w.layer, w.routing) + ": expert " +
           std::to_string(busiest(w)) + " gets " +
           words::number(std::ranges::max(w.load)) +
           " times the mean load; its MaxVio is certainly above " +
           words::number(low) +
           (grown ? ""
                  : ", and was about so from the first steps on: text of one "
                    "kind does that to a healthy model");
  }

  Site site_;
  std::map<LayerKey, State> layers_;
};

}  // namespace a01_imbalance_part

extern constinit const Variant<Alarm> a01_imbalance = {
    .info =
        {.name = "a01-imbalance",
         .summary = "an expert certainly gets far more than its share",
         .paper = "2408.15664",
         .shows = "max-vio"},
    .make = make_plain<Alarm, a01_imbalance_part::Imbalance>};

}  // namespace moestro::alarms
