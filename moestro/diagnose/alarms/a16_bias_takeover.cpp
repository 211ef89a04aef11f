// SPDX-License-Identifier: Apache-2.0
// A16: the bias takes over: less than half of the chosen experts would be
// chosen without it, and biases differ by more than a score of softmax or
// sigmoid can; or more than 5 % of them alone outweigh every score. In two
// probes of a warm run. A low overlap by itself is none: early scores hardly
// differ, and a bias that balances them decides in health too (measured: 0.03
// with a span of 0.5).
// Counts alone show a balancer that overshoots: who gets too much in one step
// gets too little in the next, and loads of single steps stray far more than
// text explains, while those of a window look even. In 3 of 5 windows.
#include <cmath>
#include <map>

#include "moestro/diagnose/alarm.h"
#include "moestro/diagnose/streak.h"
#include "moestro/diagnose/words.h"

namespace moestro::alarms {
namespace a16_bias_takeover_part {

constexpr double kOverlap = 0.5, kSpan = 1, kSaturated = 0.05;
constexpr int kProbes = 2;

// Correlation of a step's strays with the next's; deviation of an expert's load
// in a step, in units of its mean; variance over that between sequences, or
// over that of independent tokens where there are none. Healthy: swings of
// 0.2; of 0.93 with 256 experts at 32 pairs a step each (measured).
constexpr double kAlternates = -0.3, kSwing = 1, kBeyondText = 10,
                 kBeyondTokens = 100;

static double swing(const LayerWindow& w) {
  const double q =
      static_cast<double>(w.top_k) / static_cast<double>(w.experts());
  const double tokens = w.tokens() / static_cast<double>(w.steps);
  return std::sqrt(w.step_phi * (1 - q) / (tokens * q));
}

static bool overshoots(const LayerWindow& w) {
  const bool beyond = std::isfinite(w.sequence_phi)
                          ? w.step_phi > kBeyondText * w.sequence_phi
                          : w.step_phi > kBeyondTokens;
  return beyond && w.step_correlation < kAlternates && swing(w) > kSwing;
}

class BiasTakeover final : public Alarm {
 public:
  explicit BiasTakeover(const Site&) {}

  void window(
      const RunWindow& run, const WatchSite&, const Tell& tell) override {
    for (const auto& w : run.layers) {
      if (run.warm) {
        look(w, tell);
        look_at_steps(w, tell);
      }
    }
  }
  void rearm() override {
    layers_.clear();
    swings_.clear();
  }

 private:
  struct State {
    int beyond = 0;  // probes in a row
    double overlap = 0, span = 0;
  };

  void look(const LayerWindow& w, const Tell& tell) {
    auto& state = layers_[w.key()];
    const double overlap = w.mean("bias-overlap"), span = w.mean("bias-span");
    if (std::isfinite(overlap) && std::isfinite(span)) {
      const bool over = (overlap < kOverlap && span > kSpan) ||
                        w.mean("bias-saturation") > kSaturated;
      state = {over ? state.beyond + 1 : 0, overlap, span};
    }
    if (state.beyond >= kProbes) {
      tell(
          {.level = Level::kWarn,
           .layer = w.layer,
           .routing = w.routing,
           .value = state.overlap,
           .threshold = kOverlap,
           .message = words::layer(w.layer, w.routing) +
                      ": the bias decides, and not the token: " +
                      words::percent(state.overlap) +
                      " of the choices would be the same without it; biases "
                      "differ by " +
                      words::number(state.span)});
    }
  }

  void look_at_steps(const LayerWindow& w, const Tell& tell) {
    const bool now = overshoots(w);
    const bool opens = swings_[w.key()].push(now);
    if (now) {
      tell(
          {.level = Level::kWarn,
           .layer = w.layer,
           .routing = w.routing,
           .value = swing(w),
           .threshold = kSwing,
           .message = words::layer(w.layer, w.routing) +
                      ": the balancer overshoots: who gets too much in one "
                      "step gets too little in the next (correlation " +
                      words::number(w.step_correlation) +
                      "), and loads of a step stray by " +
                      words::percent(swing(w)),
           .opens = opens});
    }
  }

  std::map<LayerKey, State> layers_;
  std::map<LayerKey, Streak<3, 5>> swings_;
};

}  // namespace a16_bias_takeover_part

extern constinit const Variant<Alarm> a16_bias_takeover = {
    .info =
        {.name = "a16-bias-takeover",
         .summary = "the balancing bias overrides the content",
         .paper = "",
         .shows = "bias-overlap"},
    .make = make_plain<Alarm, a16_bias_takeover_part::BiasTakeover>};

}  // namespace moestro::alarms
