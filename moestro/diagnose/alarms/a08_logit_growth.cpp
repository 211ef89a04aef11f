// SPDX-License-Identifier: Apache-2.0
// A08: the router's logits grow. Their scale (root mean square of the tokens'
// log-sum-exp) is twice what it was when the run became warm, and above 4, in 3
// of 5 windows; until that is known, of a run from scratch, three times that of
// its first window (healthy runs: 1.0 to 1.1 times, a router that learns thirty
// times too fast: 3 to 5). Or a logit reaches 64, where bf16 tells numbers
// apart by 0.5: a page when it grew there.
#include <cmath>
#include <map>

#include "moestro/diagnose/alarm.h"
#include "moestro/diagnose/streak.h"
#include "moestro/diagnose/words.h"

namespace moestro::alarms {
namespace a08_logit_growth_part {

constexpr int64_t kBaseline = 8;  // windows
constexpr double kGrown = 2, kRunaway = 3, kLarge = 4;
constexpr double kCoarse = 64;

class LogitGrowth final : public Alarm {
 public:
  explicit LogitGrowth(const Site&) {}

  void window(
      const RunWindow& run, const WatchSite& watch, const Tell& tell) override {
    for (const auto& w : run.layers) {
      look(w, run, watch.from_scratch, tell);
    }
  }

  void rearm() override { layers_.clear(); }

 private:
  struct State {
    double start = 0;  // of the first window
    double scale = 0;
    int64_t windows = 0;
    Streak<3, 5> grown;
  };

  void look(
      const LayerWindow& w,
      const RunWindow& run,
      bool fresh,
      const Tell& tell) {
    auto& state = layers_[w.key()];
    if (w.max_logit >= kCoarse) {
      coarse(w, state, tell);
    }
    if (!std::isfinite(w.lse_rms)) {
      return;
    }
    state.start = state.start > 0 ? state.start : w.lse_rms;
    if (state.windows >= kBaseline) {
      compare(w, state, kGrown, state.scale, tell);
      return;
    }
    if (fresh) {
      compare(w, state, kRunaway, state.start, tell);
    }
    if (run.warm) {
      ++state.windows;
      state.scale +=
          (w.lse_rms - state.scale) / static_cast<double>(state.windows);
    }
  }

  static void compare(
      const LayerWindow& w,
      State& state,
      double factor,
      double before,
      const Tell& tell) {
    const double limit = std::max(kLarge, factor * before);
    const bool opens = state.grown.push(w.lse_rms > limit);
    if (w.lse_rms > limit) {
      tell(
          {.level = Level::kWarn,
           .layer = w.layer,
           .routing = w.routing,
           .value = w.lse_rms,
           .threshold = limit,
           .message = words::layer(w.layer, w.routing) +
                      ": the scale of the router's logits was " +
                      words::number(before) + " and is " +
                      words::number(w.lse_rms),
           .opens = opens});
    }
  }

  static void coarse(
      const LayerWindow& w, const State& state, const Tell& tell) {
    const bool grew = state.scale > 0 && w.lse_rms > kGrown * state.scale;
    tell(
        {.level = grew ? Level::kPage : Level::kWarn,
         .layer = w.layer,
         .routing = w.routing,
         .value = w.max_logit,
         .threshold = kCoarse,
         .message = words::layer(w.layer, w.routing) + ": a logit of " +
                    words::number(w.max_logit) +
                    ", where bf16 no longer tells half a unit apart"});
  }

  std::map<LayerKey, State> layers_;
};

}  // namespace a08_logit_growth_part

extern constinit const Variant<Alarm> a08_logit_growth = {
    .info =
        {.name = "a08-logit-growth",
         .summary = "the router's logits grow, or are too large for bf16",
         .paper = "2202.08906",
         .shows = "logit-rms"},
    .make = make_plain<Alarm, a08_logit_growth_part::LogitGrowth>};

}  // namespace moestro::alarms
