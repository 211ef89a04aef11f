// SPDX-License-Identifier: Apache-2.0
// A16: the bias takes over: less than half of the chosen experts would be
// chosen without it, and biases differ by more than a score of softmax or
// sigmoid can; or more than 5 % of them alone outweigh every score. In two
// probes of a warm run. A low overlap by itself is none: early scores hardly
// differ, and a bias that balances them decides in health too (measured: 0.03
// with a span of 0.5).
#include <cmath>
#include <map>

#include "moestro/diagnose/alarm.h"
#include "moestro/diagnose/words.h"

namespace moestro::alarms {
namespace a16_bias_takeover_part {

constexpr double kOverlap = 0.5, kSpan = 1, kSaturated = 0.05;
constexpr int kProbes = 2;

class BiasTakeover final : public Alarm {
 public:
  explicit BiasTakeover(const Site&) {}

  void window(
      const RunWindow& run, const WatchSite&, const Tell& tell) override {
    for (const auto& w : run.layers) {
      if (run.warm) {
        look(w, tell);
      }
    }
  }
  void rearm() override { layers_.clear(); }

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

  std::map<LayerKey, State> layers_;
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
