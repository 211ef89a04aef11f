// SPDX-License-Identifier: Apache-2.0
// A06: the router decides about every token as if there were no alternative,
// and about more and more tokens in the same way: the entropy of a token's
// scores has fallen to less than half of what it was and below a quarter of ln
// E, and that of their mean falls too. Or it is saturated from the start, in a
// run that learns from scratch.
#include <cmath>
#include <map>

#include "moestro/diagnose/alarm.h"
#include "moestro/diagnose/streak.h"
#include "moestro/diagnose/words.h"

namespace moestro::alarms {
namespace a06_over_confident_part {

constexpr int64_t kBaseline = 8;  // windows
constexpr double kSaturated = 0.2, kFallen = 0.5, kLow = 0.25;
constexpr double kNarrowed = 0.05;  // of ln E

class OverConfident final : public Alarm {
 public:
  explicit OverConfident(const Site&) {}

  void window(
      const RunWindow& run, const WatchSite& watch, const Tell& tell) override {
    for (const auto& w : run.layers) {
      if (std::isfinite(w.token_entropy) && w.experts() > 2) {
        look(w, run, watch, tell);
      }
    }
  }

  void rearm() override { layers_.clear(); }

 private:
  struct State {
    double token = 0, marginal = 0;  // means of the first windows
    int64_t windows = 0;
    Streak<3, 5> fallen;
  };

  void look(
      const LayerWindow& w,
      const RunWindow& run,
      const WatchSite& watch,
      const Tell& tell) {
    auto& state = layers_[w.key()];
    const bool start = watch.from_scratch && !run.warm;
    if (start && w.token_entropy < kSaturated) {
      say(w, kSaturated, " is saturated from the start", tell, true);
    }
    if (!run.warm) {
      return;
    }
    if (state.windows < kBaseline) {
      ++state.windows;
      const auto n = static_cast<double>(state.windows);
      state.token += (w.token_entropy - state.token) / n;
      state.marginal += (w.marginal_entropy - state.marginal) / n;
      return;
    }
    const double limit = std::min(kLow, kFallen * state.token);
    const bool narrowed = w.marginal_entropy < state.marginal - kNarrowed;
    const bool opens = state.fallen.push(w.token_entropy < limit && narrowed);
    if (w.token_entropy < limit && narrowed) {
      say(w,
          limit,
          " has become over-confident, it was " + words::number(state.token),
          tell,
          opens);
    }
  }

  static void say(
      const LayerWindow& w,
      double limit,
      const std::string& what,
      const Tell& tell,
      bool opens) {
    tell(
        {.level = Level::kWarn,
         .layer = w.layer,
         .routing = w.routing,
         .value = w.token_entropy,
         .threshold = limit,
         .message = words::layer(w.layer, w.routing) + what +
                    ": a token's entropy is " +
                    words::percent(w.token_entropy) + " of the largest",
         .opens = opens});
  }

  std::map<LayerKey, State> layers_;
};

}  // namespace a06_over_confident_part

extern constinit const Variant<Alarm> a06_over_confident = {
    .info =
        {.name = "a06-over-confident",
         .summary = "the router decides as if there were no alternative",
         .paper = "",
         .shows = "token-entropy"},
    .make = make_plain<Alarm, a06_over_confident_part::OverConfident>};

}  // namespace moestro::alarms
