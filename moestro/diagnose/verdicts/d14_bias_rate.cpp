// SPDX-License-Identifier: Apache-2.0
// D14: the balancing bias has taken over (A16): its rate is too high, batches
// are too small for it, or somebody set it by hand.
#include "moestro/diagnose/verdict.h"

namespace moestro::verdicts {
namespace d14_bias_rate_part {

constexpr Advice kAdvice = {
    .test = "do the loads of an expert alternate from step to step?",
    .action = "lower the rate of the bias tenfold, or give it a dead band",
    .success = "more than half of the choices are made without the bias again",
    .rollback = "set the rate back"};

constexpr Advice kByHand = {
    .test = "take the bias away for one batch: are the loads even again?",
    .action = "set the bias back to what it was before",
    .success = "more than half of the choices are made without the bias again",
    .rollback = "none: it is as it was"};

class BiasRate final : public Verdict {
 public:
  explicit BiasRate(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    const auto signs = c.all("A16");
    if (signs.empty()) {
      return std::nullopt;
    }
    Weighing weighing(0.7);
    for (const auto* alarm : signs) {
      weighing.pro(0.7, alarm->message);
    }
    const auto controllers = c.words("moe.controllers");
    const bool by_hand = controllers && controllers->empty();
    if (by_hand) {
      weighing.con(0.7, "no controller moves the bias: somebody set it");
    }
    const auto* dead = c.first("A03");
    if (dead != nullptr && dead->step <= signs.front()->step) {
      weighing.con(1.5, dead->message + ", before the bias took over");
    }
    return weighing.diagnosis(by_hand ? kByHand : kAdvice, signs);
  }
};

}  // namespace d14_bias_rate_part

extern constinit const Variant<Verdict> d14_bias_rate = {
    .info =
        {.name = "d14-bias-rate",
         .summary = "the bias moves too fast",
         .paper = ""},
    .make = make_plain<Verdict, d14_bias_rate_part::BiasRate>};

}  // namespace moestro::verdicts
