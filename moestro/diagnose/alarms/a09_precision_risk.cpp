// SPDX-License-Identifier: Apache-2.0
// A09: bf16 could not tell which experts are to be chosen, or by how much.
// The share of tokens at risk (R6) is certain, at 99.9 %, for as many
// independent tokens as the four sequences of a probe hold at the layer's phi.
// Healthy models read 0.5 % at 8 experts, 12 % at 64 and 30 % at 256, choosing
// 8 (measured; the more experts, the closer together), so that only growth is
// news: three times what the first probes showed, and above 1 % (warn) or 5 %
// (page).
// And the typical logit (log-sum-exp) has doubled and is beyond 32: bf16
// spaces numbers by 1/4 there, and a weight is wrong by up to 28 %. No share of
// tokens shows that, since gaps grow with the logits.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "moestro/diagnose/alarm.h"
#include "moestro/diagnose/streak.h"
#include "moestro/diagnose/words.h"
#include "moestro/stats/multiplicity.h"

namespace moestro::alarms {
namespace a09_precision_risk_part {

constexpr double kConfidence = 0.999;
constexpr double kSome = 0.01, kMuch = 0.05, kTimes = 3;
constexpr int64_t kProbes = 4, kWindows = 8;  // of the baselines
constexpr double kSequences = 4;              // of a probe
constexpr double kCoarse = 32, kGrown = 2;

// Mean of the first values, then frozen.
class Baseline {
 public:
  explicit Baseline(int64_t wanted) : wanted_(wanted) {}

  // Nothing while it learns.
  [[nodiscard]] std::optional<double> push(double x) {
    if (seen_ >= wanted_) {
      return mean_;
    }
    ++seen_;
    mean_ += (x - mean_) / static_cast<double>(seen_);
    return std::nullopt;
  }

 private:
  int64_t wanted_, seen_ = 0;
  double mean_ = 0;
};

// Independent tokens of a probe.
static double probe_tokens(const LayerWindow& w) {
  const double a_step = w.tokens() / static_cast<double>(w.steps);
  const double sequences = static_cast<double>(w.sequences);
  const double a_probe =
      sequences > 0 ? kSequences * w.tokens() / sequences : a_step;
  return std::max(1.0, std::min(a_step, a_probe) / w.phi);
}

class PrecisionRisk final : public Alarm {
 public:
  explicit PrecisionRisk(const Site&) {}

  void window(
      const RunWindow& run, const WatchSite&, const Tell& tell) override {
    for (const auto& w : run.layers) {
      if (run.warm) {
        auto& state = layers_[w.key()];
        look(w, state, tell);
        look_at_scale(w, state, tell);
      }
    }
  }

  void rearm() override { layers_.clear(); }

 private:
  struct State {
    Baseline risk{kProbes}, scale{kWindows};
    Streak<2, 2> risks;
    std::optional<Finding> found{};  // by the last probe
    Streak<2, 3> scales;
  };

  // Between two probes it says what it said.
  static void look(const LayerWindow& w, State& state, const Tell& tell) {
    const double risk = w.mean("precision-at-risk");
    if (risk >= 0 && risk <= 1) {
      state.found = judge(w, state, risk);
    }
    if (state.found) {
      tell(*state.found);
    }
  }

  static std::optional<Finding> judge(
      const LayerWindow& w, State& state, double risk) {
    const auto before = state.risk.push(risk);
    if (!before) {
      return std::nullopt;
    }
    const double tokens = probe_tokens(w);
    const double certain = wilson(risk * tokens, tokens, kConfidence).low;
    const double limit = std::max(kSome, kTimes * *before);
    if (!state.risks.push(certain > limit) || certain <= limit) {
      return std::nullopt;
    }
    return Finding{
        .level = certain > kMuch ? Level::kPage : Level::kWarn,
        .layer = w.layer,
        .routing = w.routing,
        .value = certain,
        .threshold = limit,
        .message = words::layer(w.layer, w.routing) + ": the choice of " +
                   words::percent(risk) +
                   " of the tokens is below what bf16 tells apart, of " +
                   words::percent(certain) + " for certain; it was " +
                   words::percent(*before)};
  }

  static void look_at_scale(
      const LayerWindow& w, State& state, const Tell& tell) {
    if (!std::isfinite(w.lse_rms)) {
      return;
    }
    const auto before = state.scale.push(w.lse_rms);
    const bool now =
        before && w.lse_rms >= kCoarse && w.lse_rms > kGrown * *before;
    if (state.scales.push(now) && now) {
      tell(
          {.level = Level::kWarn,
           .layer = w.layer,
           .routing = w.routing,
           .value = w.lse_rms,
           .threshold = kCoarse,
           .message = words::layer(w.layer, w.routing) + ": logits are about " +
                      words::number(w.lse_rms) + " and were " +
                      words::number(*before) +
                      "; bf16 would round them by a quarter or more"});
    }
  }

  std::map<LayerKey, State> layers_;
};

}  // namespace a09_precision_risk_part

extern constinit const Variant<Alarm> a09_precision_risk = {
    .info =
        {.name = "a09-precision-risk",
         .summary = "rounding to bf16 would decide the routing",
         .paper = "2202.08906",
         .shows = "precision-at-risk"},
    .make = make_plain<Alarm, a09_precision_risk_part::PrecisionRisk>};

}  // namespace moestro::alarms
