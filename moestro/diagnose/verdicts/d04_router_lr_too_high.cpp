// SPDX-License-Identifier: Apache-2.0
// D04: balancing is on and loads still leap about: the router's gradient or its
// logits run away, its choices flap. Its learning rate is too high, or
// something else moves it as fast.

#include "moestro/diagnose/verdict.h"
#include "moestro/diagnose/words.h"

namespace moestro::verdicts {
namespace d04_router_lr_too_high_part {

constexpr Advice kAdvice = {
    .test = "halve the router's learning rate on a copy of the run",
    .action = "optimizer.router_lr_scale x 0.3, and optimizer.router_clip",
    .success = "the scale of the logits stops growing within 100 steps",
    .rollback = "set both back"};

class RouterLrTooHigh final : public Verdict {
 public:
  explicit RouterLrTooHigh(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    const auto* gradient = c.first("A19");
    const auto* logits = c.first("A08");
    const auto* confident = c.first("A06");
    const auto* flapping = c.first("A14");
    Weighing weighing(-1.5);
    std::vector<const AlarmEntry*> signs;
    for (const auto* alarm : {gradient, logits, confident, flapping}) {
      if (alarm != nullptr) {
        weighing.pro(alarm == flapping ? 1.2 : 0.8, alarm->message);
        signs.push_back(alarm);
      }
    }
    if (signs.empty()) {
      return std::nullopt;
    }
    const auto scale = c.setting("optimizer.router_lr_scale");
    if (scale && *scale > 3) {
      weighing.pro(2.5, "optimizer.router_lr_scale = " + words::number(*scale));
    } else if (scale) {
      weighing.con(
          0.7, "optimizer.router_lr_scale is " + words::number(*scale));
    }
    if (c.first("A20") != nullptr && !(scale && *scale > 3)) {
      weighing.con(0.7, "the loss leaps as well: perhaps all of the optimizer");
    }
    return weighing.diagnosis(kAdvice, signs);
  }
};

}  // namespace d04_router_lr_too_high_part

extern constinit const Variant<Verdict> d04_router_lr_too_high = {
    .info =
        {.name = "d04-router-lr-too-high",
         .summary = "the router learns too fast",
         .paper = ""},
    .make = make_plain<Verdict, d04_router_lr_too_high_part::RouterLrTooHigh>};

}  // namespace moestro::verdicts
