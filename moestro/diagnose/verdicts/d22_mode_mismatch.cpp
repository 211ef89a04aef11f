// SPDX-License-Identifier: Apache-2.0
// D22: what is counted is not what the model is for. Training text is routed
// otherwise than held-out text of the same mix (noise, dropout or a bias that
// only one of the modes has), or most of the counted tokens are one and the
// same: padding.
#include <algorithm>
#include <cmath>

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
constexpr double kPadding = 0.4;
// Of the load; and so many times what a sample of held-out text differs by.
constexpr double kApart = 0.15, kTimesChance = 2.5;

// Half the distance of both distributions; 0 where nothing was evaluated.
static double distance(const LayerHistory& history) {
  const auto& trained = history.last_load();
  double sum = 0;
  for (size_t e = 0; e < history.evaluated.size(); ++e) {
    sum += std::abs(history.evaluated[e] - trained[e]) / 2;
  }
  return sum / static_cast<double>(std::max<size_t>(1, trained.size()));
}

// What loads of as many tokens as are evaluated differ by: the mean of |N(0,
// s)| / 2 with s^2 = phi E / (T K).
static double by_chance(
    const Case& c, const LayerKey& key, const LayerHistory& history) {
  const auto domains = std::max<size_t>(1, c.facts.domains.size());
  const double T = c.setting("train.eval_windows").value_or(32) *
                   c.setting("model.context").value_or(128) *
                   static_cast<double>(domains);
  const auto block = static_cast<size_t>(key.first);
  const auto k =
      block < c.facts.layers.size() ? c.facts.layers[block].top_k : int64_t{1};
  const auto E = static_cast<double>(history.evaluated.size());
  const double pairs = T * static_cast<double>(std::max<int64_t>(1, k));
  return 0.4 * std::sqrt(history.briefs.back().phi * E / pairs);
}

class ModeMismatch final : public Verdict {
 public:
  explicit ModeMismatch(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    Weighing weighing(0);
    std::vector<int32_t> layers;
    const double commonest = c.run.empty() ? 0 : c.run.back().commonest;
    const bool padded = commonest > kPadding;
    if (padded) {
      weighing.pro(
          2,
          words::percent(commonest) +
              " of the tokens are one and the same: padding is counted");
    }
    for (const auto& [key, history] : c.layers) {
      const double apart = distance(history);
      const double limit =
          std::max(kApart, kTimesChance * by_chance(c, key, history));
      if (!padded && apart > limit) {
        layers.push_back(key.first);
        weighing.pro(
            0.8,
            words::layer(key.first, key.second) + ": " + words::percent(apart) +
                " of the load lies elsewhere when it is evaluated; MaxVio is " +
                words::number(std::ranges::max(history.evaluated) - 1) +
                " there and " + words::number(history.briefs.back().max_vio) +
                " in training");
      }
    }
    if (!padded && layers.empty()) {
      return std::nullopt;
    }
    for (const auto* id : {"A17", "A18"}) {
      const auto* alarm = c.first(id);
      if (!padded && alarm != nullptr) {
        weighing.con(1, alarm->message);
      }
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
         .paper = ""},
    .make = make_plain<Verdict, d22_mode_mismatch_part::ModeMismatch>};

}  // namespace moestro::verdicts
