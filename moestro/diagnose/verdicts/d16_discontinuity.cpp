// SPDX-License-Identifier: Apache-2.0
// D16: routing flaps (A14), loads become uneven or the gradient leaps (A19)
// right after the run was resumed, something was changed, or the learning rate
// jumped: the state of the optimizer is not the one that the model had. Where
// the loss leaps as well it is the rate itself (D15).
#include <algorithm>

#include "moestro/diagnose/verdict.h"
#include "moestro/diagnose/words.h"

namespace moestro::verdicts {
namespace d16_discontinuity_part {

constexpr Advice kAdvice = {
    .test =
        "does the state of the optimizer in the checkpoint belong to this "
        "step?",
    .action =
        "go back and resume with the state of the optimizer; else warm the "
        "learning rate up again",
    .success = "flips and gradients are as before within 50 steps",
    .rollback = "the checkpoint before"};

// What was resumed, changed or raised shortly before a step.
static std::optional<std::string> break_before(const Case& c, int64_t step) {
  const auto soon = c.soon();
  for (const auto& entry : c.journal) {
    const bool ours = entry.kind == "resumed" || entry.kind == "declared";
    if (ours && entry.step > 0 && entry.step <= step &&
        step - entry.step <= soon) {
      return "step " + std::to_string(entry.step) + ": " + entry.kind +
             (entry.text.empty() ? "" : ", " + entry.text);
    }
  }
  const auto jump = c.rate_jump(step);
  return jump ? std::optional(jump->text()) : std::nullopt;
}

static const AlarmEntry* ill_before(const Case& c, const AlarmEntry& sign) {
  for (const auto* alarm : c.serious()) {
    if (alarm->step < sign.step - c.soon()) {
      return alarm;
    }
  }
  return nullptr;
}

class Discontinuity final : public Verdict {
 public:
  explicit Discontinuity(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    std::vector<const AlarmEntry*> signs;
    for (const auto* id : {"A19", "A14", "A01", "A02", "A05"}) {
      if (const auto* alarm = c.first_serious(id)) {
        signs.push_back(alarm);
      }
    }
    std::erase_if(signs, [&c](const auto* alarm) {
      return !break_before(c, alarm->step);
    });
    if (signs.empty()) {
      return std::nullopt;
    }
    Weighing weighing(-0.3);
    weighing.pro(1.2, break_before(c, signs.front()->step).value_or(""));
    for (const auto* alarm : signs) {
      const bool of_optimizer = alarm->id == "A19" || alarm->id == "A14";
      weighing.pro(of_optimizer ? 1 : 0.3, alarm->message);
    }
    if (const auto* loss = c.first("A20")) {
      weighing.con(2, loss->message);
    } else if (const auto rise = c.rise_with_rate(signs.front()->step)) {
      weighing.con(2, *rise);
    }
    if (const auto* before = ill_before(c, *signs.front())) {
      weighing.con(
          1,
          "it was ill before, at step " + std::to_string(before->step) + ": " +
              before->message);
    }
    return weighing.diagnosis(kAdvice, signs);
  }
};

}  // namespace d16_discontinuity_part

extern constinit const Variant<Verdict> d16_discontinuity = {
    .info =
        {.name = "d16-discontinuity",
         .summary = "the optimizer or its learning rate was interrupted",
         .paper = ""},
    .make = make_plain<Verdict, d16_discontinuity_part::Discontinuity>};

}  // namespace moestro::verdicts
