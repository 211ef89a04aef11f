// SPDX-License-Identifier: Apache-2.0
// A05: one expert draws more and more of the router's probability (or, where
// only counts are known, of the tokens): the start of a collapse, before loads
// show it. Its share has left the ones of the others (diagnose/drift.h).
// Before there is a baseline, a run that learns from scratch is expected to
// start even: an expert with half as much again is news there, and so is a row
// of the router three times as long as the median one (random rows of D numbers
// differ by 1 / sqrt(2 D)). Between its first windows and the baseline twice
// the share is news, if the loads follow. Where nothing balances a layer that
// learns, a load that is certainly uneven is said at once, as an information:
// what is chosen learns, and is chosen again.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "moestro/diagnose/alarm.h"
#include "moestro/diagnose/balancing.h"
#include "moestro/diagnose/drift.h"
#include "moestro/diagnose/streak.h"
#include "moestro/diagnose/words.h"
#include "moestro/stats/distribution.h"
#include "moestro/stats/multiplicity.h"

namespace moestro::alarms {
namespace a05_soft_collapse_part {

constexpr double kUnevenStart = 1.5, kUnevenLater = 2;
constexpr int64_t kStart = 3;  // windows
constexpr double kLongRow = 3;
// MaxVio that is certain; in a layer that nothing balances.
constexpr double kUnbalanced = 0.25, kConfidence = 1e-3;

class SoftCollapse final : public Alarm {
 public:
  explicit SoftCollapse(const Site& site) : site_(site) {}

  void window(
      const RunWindow& run, const WatchSite& watch, const Tell& tell) override {
    for (const auto& w : run.layers) {
      // Experts that choose their tokens get equally many whatever happens.
      const auto [least, most] = std::ranges::minmax(w.counts.demand);
      if (static_cast<int64_t>(w.experts()) > w.top_k && least < most) {
        look(w, run, watch, tell);
      }
    }
  }

  void rearm() override { layers_.clear(); }

  [[nodiscard]] Excuses excuses() const override { return {.text = true}; }

 private:
  struct State {
    ShareDrift drift;
    Streak<2, 3> starts, strays;
    std::optional<bool> unbalanced;  // read once
  };

  void look(
      const LayerWindow& w,
      const RunWindow& run,
      const WatchSite& watch,
      const Tell& tell) {
    auto& state = layers_[w.key()];
    const double chance = site_.warn_chance(watch);
    const bool soft = !w.share.empty();
    const auto& share_E = soft ? w.share : w.load;
    if (watch.from_scratch && soft && state.drift.is_learning()) {
      early(state, w, run.number < kStart, chance, tell);
    }
    if (watch.from_scratch && soft && is_unbalanced(state, w, watch)) {
      foretell(w, tell);
    }
    if (run.number == 0 && watch.from_scratch) {
      rows(w, tell);
    }
    const auto stray =
        run.warm ? state.drift.push(share_E, chance) : std::nullopt;
    if (!stray) {
      return;
    }
    const bool out = stray->ratio > stray->threshold;
    const bool opens = state.strays.push(out);
    if (stray->ratio > std::sqrt(stray->threshold)) {
      tell(
          {.level = Level::kWarn,
           .layer = w.layer,
           .routing = w.routing,
           .expert = stray->expert,
           .value = stray->ratio,
           .threshold = stray->threshold,
           .message = words::layer(w.layer, w.routing) + ": expert " +
                      std::to_string(stray->expert) + " draws " +
                      words::number(stray->ratio) + " times the " +
                      (soft ? "probability" : "tokens") +
                      " it used to; the others stay within " +
                      words::number(stray->threshold),
           .opens = out && opens});
    }
  }

  // Probabilities of as many tokens as there are vary no more than choices.
  [[nodiscard]] static double early_limit(
      const LayerWindow& w, bool first, double chance) {
    const auto E = static_cast<double>(w.experts());
    const double deviation = std::sqrt(w.phi * (E - 1) / w.tokens());
    return std::max(
        first ? kUnevenStart : kUnevenLater,
        1 - normal_quantile(chance / E) * deviation);
  }

  void early(
      State& state,
      const LayerWindow& w,
      bool first,
      double chance,
      const Tell& tell) {
    const double limit = early_limit(w, first, chance);
    const auto most = std::ranges::max_element(w.share);
    const auto expert = static_cast<int32_t>(most - w.share.begin());
    const bool follows =
        first || w.load[static_cast<size_t>(expert)] > kUnevenStart;
    if (state.starts.push(*most > limit && follows)) {
      tell(
          {.level = Level::kWarn,
           .layer = w.layer,
           .routing = w.routing,
           .expert = expert,
           .value = *most,
           .threshold = limit,
           .message = words::layer(w.layer, w.routing) + ": expert " +
                      std::to_string(expert) + " draws " +
                      words::number(*most) + " times its share of probability" +
                      (first ? " from the start" : " so early")});
    }
  }

  static bool is_unbalanced(
      State& state, const LayerWindow& w, const WatchSite& watch) {
    if (!state.unbalanced) {
      state.unbalanced = nothing_balances(watch.facts, w.layer);
    }
    return *state.unbalanced;
  }

  // How far loads wander from step to step is no excuse here: wandering is what
  // they do. How alike the tokens of a sequence choose is one.
  static void foretell(const LayerWindow& w, const Tell& tell) {
    const double phi =
        std::isfinite(w.sequence_phi) ? std::max(1.0, w.sequence_phi) : w.phi;
    const auto most = std::ranges::max_element(w.load);
    const auto expert = static_cast<int32_t>(most - w.load.begin());
    const auto bounds = max_vio_bounds(
        w.counts.demand, w.counts.tokens, w.top_k, phi, kConfidence);
    if (bounds.low > kUnbalanced) {
      tell(
          {.level = Level::kInfo,
           .layer = w.layer,
           .routing = w.routing,
           .expert = expert,
           .value = bounds.low,
           .threshold = kUnbalanced,
           .message = words::layer(w.layer, w.routing) +
                      ": nothing balances the load, and expert " +
                      std::to_string(expert) + " gets " + words::number(*most) +
                      " times the mean: it learns more, and will be chosen "
                      "more"});
    }
  }

  static void rows(const LayerWindow& w, const Tell& tell) {
    const double excess = w.mean("row-excess");
    if (!(excess > kLongRow)) {
      return;
    }
    const auto expert = w.expert("row_longest");
    tell(
        {.level = Level::kWarn,
         .layer = w.layer,
         .routing = w.routing,
         .expert = expert,
         .value = excess,
         .threshold = kLongRow,
         .message = words::layer(w.layer, w.routing) +
                    ": the router's row of "
                    "expert " +
                    std::to_string(expert) + " is " + words::number(excess) +
                    " times as long as the median one from the start"});
  }

  Site site_;
  std::map<LayerKey, State> layers_;
};

}  // namespace a05_soft_collapse_part

extern constinit const Variant<Alarm> a05_soft_collapse = {
    .info =
        {.name = "a05-soft-collapse",
         .summary = "one expert draws more and more probability or tokens",
         .paper = "",
         .shows = "load"},
    .make = make_plain<Alarm, a05_soft_collapse_part::SoftCollapse>};

}  // namespace moestro::alarms
