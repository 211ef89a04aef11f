// SPDX-License-Identifier: Apache-2.0
// D22: what is counted is not what the model is for. The same text is routed
// otherwise in training than in evaluation (noise, dropout or a bias that only
// one of the modes has); where no probe says so, held-out text of the same mix
// loads the experts otherwise; or most of the counted tokens are one and the
// same: padding.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "moestro/diagnose/verdict.h"
#include "moestro/diagnose/words.h"

namespace moestro::verdicts {
namespace d22_mode_mismatch_part {

constexpr Advice kAdvice = {
    .test = "route one batch in both modes; is padding masked?",
    .action =
        "give both modes the same noise, dropout and bias; leave padding out "
        "of the counts",
    .success = "loads of training and evaluation agree within a tenth",
    .rollback = "set the modes back"};

// No text is so much of one token.
constexpr double kPadding = 0.33;
// Of the load, on average over the layers, and over what so small a sample of
// text shows by chance (healthy models: 0.8 to 1.1 times).
constexpr double kOneSided = 0.3;
constexpr double kApart = 0.05, kBeyond = 1.6;

// Share of the choices that are others in the other mode; jitter makes a few
// percent.
constexpr double kModeFlips = 0.2;

struct Distance {
  double apart = 0;   // half the sum of differences of shares
  double chance = 0;  // expected of it
};

// Of a layer that was evaluated, K experts a token. An expert's share of the
// pairs strays by sqrt(q (1 - q) phi / T) / K in T held-out tokens, q its share
// of the tokens; the training text is many times that.
static Distance distance(const LayerHistory& history, double K) {
  const auto& trained = history.last_load();
  const auto E = static_cast<double>(trained.size());
  Distance d;
  for (size_t e = 0; e < trained.size(); ++e) {
    const double q = std::min(1.0, K * trained[e] / E);
    d.apart += std::abs(history.evaluated[e] - trained[e]) / (2 * E);
    d.chance += std::sqrt(
                    q * (1 - q) * history.briefs.back().phi /
                    (2 * std::numbers::pi * history.evaluated_tokens)) /
                K;
  }
  return d;
}

static double top_k(const Case& c, int32_t layer) {
  const auto at = static_cast<size_t>(layer);
  const auto k =
      at < c.facts.layers.size() ? c.facts.layers[at].top_k : int64_t{1};
  return static_cast<double>(std::max<int64_t>(1, k));
}

// The layers that were evaluated, if they differ beyond chance.
static std::vector<int32_t> weigh_modes(const Case& c, Weighing& weighing) {
  std::vector<int32_t> layers;
  Distance sum;
  for (const auto& [key, history] : c.layers) {
    if (!history.evaluated.empty() && history.evaluated_tokens > 0) {
      const auto d = distance(history, top_k(c, key.first));
      layers.push_back(key.first);
      sum.apart += d.apart;
      sum.chance += d.chance;
    }
  }
  const double apart = sum.apart / static_cast<double>(layers.size());
  const double beyond = sum.apart / sum.chance;
  if (!(apart > kApart && beyond > kBeyond)) {
    return {};
  }
  weighing.pro(
      std::min(2.0, 2 * (beyond - 1.3)),
      words::percent(apart) +
          " of the load lies elsewhere when held-out text of the same mix is "
          "routed, " +
          words::number(beyond) + " times what chance makes of it");
  return layers;
}

// How far the mix that is trained on is from equal parts, as evaluation has
// them: what experts do to each kind of text corrects for little more.
static double one_sided(const std::vector<double>& mix) {
  double sum = 0;
  for (const auto share : mix) {
    sum += std::abs(share - 1 / static_cast<double>(mix.size())) / 2;
  }
  return std::isfinite(sum) ? sum : 0;
}

// The newest probe of a layer; NaN = there was none.
static double mode_flips(const LayerHistory& history) {
  const auto known = std::find_if(
      history.briefs.rbegin(), history.briefs.rend(), [](const Brief& brief) {
        return std::isfinite(brief.mode_flips);
      });
  return known == history.briefs.rend()
             ? std::numeric_limits<double>::quiet_NaN()
             : known->mode_flips;
}

static bool probed(const Case& c) {
  return std::ranges::any_of(c.layers, [](const auto& layer) {
    return std::isfinite(mode_flips(layer.second));
  });
}

// The layers that choose otherwise in the other mode.
static std::vector<int32_t> weigh_flips(const Case& c, Weighing& weighing) {
  std::vector<int32_t> layers;
  double worst = 0;
  for (const auto& [key, history] : c.layers) {
    const double flips = mode_flips(history);
    if (flips > kModeFlips) {
      layers.push_back(key.first);
      worst = std::max(worst, flips);
    }
  }
  if (!layers.empty()) {
    weighing.pro(
        std::min(2.5, 1 + 5 * (worst - kModeFlips)),
        words::percent(worst) +
            " of the choices on the same text are others in training than in "
            "evaluation");
    if (c.words("moe.allow_future_leak") == "true") {
      weighing.con(2.5, "the router may look at the whole batch in training");
    }
  }
  return layers;
}

static void weigh_padding(double commonest, Weighing& weighing) {
  weighing.pro(
      2,
      words::percent(commonest) +
          " of the tokens are one and the same: padding is counted");
}

// What else moves the loads of held-out text.
static void weigh_other_causes(const Case& c, Weighing& weighing) {
  if (probed(c)) {
    weighing.con(
        3.5, "the same text is routed alike in training and in evaluation");
  }
  for (const auto* id : {"A17", "A18", "A21"}) {
    const auto* alarm = c.first(id);
    if (alarm != nullptr) {
      weighing.con(2.5, alarm->message);
    }
  }
  if (one_sided(c.mix) > kOneSided) {
    weighing.con(
        2.5, "it is trained on another mix of text than it is evaluated on");
  }
  const auto controllers = c.words("moe.controllers");
  if (controllers && !controllers->empty()) {
    weighing.con(2, *controllers + " balances the text that is trained on");
  }
}

class ModeMismatch final : public Verdict {
 public:
  explicit ModeMismatch(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    Weighing weighing(0);
    auto layers = weigh_flips(c, weighing);
    const double commonest = c.run.empty() ? 0 : c.run.back().commonest;
    if (commonest > kPadding) {
      weigh_padding(commonest, weighing);
    } else if (layers.empty()) {
      layers = weigh_modes(c, weighing);
      if (layers.empty()) {
        return std::nullopt;
      }
      weigh_other_causes(c, weighing);
    }
    auto diagnosis = weighing.diagnosis(kAdvice);
    diagnosis.layers = layers;
    diagnosis.since_step = c.run.empty() ? 1 : c.run.front().step;
    return diagnosis;
  }
};

}  // namespace d22_mode_mismatch_part

extern constinit const Variant<Verdict> d22_mode_mismatch = {
    .info =
        {.name = "d22-mode-mismatch",
         .summary = "training and evaluation route differently",
         .paper = "",
         .shows = "mode-flips"},
    .make = make_plain<Verdict, d22_mode_mismatch_part::ModeMismatch>};

}  // namespace moestro::verdicts
