// SPDX-License-Identifier: Apache-2.0
// D15: the gradient leaps (A19), then the loss (A20, or, where the learning
// rate is known to have jumped, the mean of a window), and routing was healthy
// until then: the learning rate or the optimizer, not the router.
#include <algorithm>

#include "moestro/diagnose/verdict.h"
#include "moestro/diagnose/words.h"

namespace moestro::verdicts {
namespace d15_optimiser_instability_part {

constexpr Advice kAdvice = {
    .test = "which came first: the gradient, the loss or the routing?",
    .action =
        "clip lower or lower the learning rate, and rewind; leave the "
        "balance loss alone",
    .success = "the loss passes the same data without a leap",
    .rollback = "set clip and learning rate back"};

// What had passed long before does not count.
static bool is_past(const Case& c, const AlarmEntry& alarm, int64_t step) {
  return alarm.closed_step && *alarm.closed_step + c.soon() < step;
}

static const AlarmEntry* first_of_routing(const Case& c, int64_t step) {
  for (const auto* alarm : c.serious()) {
    const bool other = alarm->id == "A19" || alarm->id == "A20" ||
                       alarm->id == "A21" || alarm->id == "A25";
    if (!other && !is_past(c, *alarm, step)) {
      return alarm;
    }
  }
  return nullptr;
}

// The text that was changing meanwhile: it may be harder.
static const AlarmEntry* change_of_text(const Case& c, int64_t step) {
  for (const auto* alarm : c.all("A17")) {
    if (alarm->step - c.soon() <= step && !is_past(c, *alarm, step)) {
      return alarm;
    }
  }
  return nullptr;
}

static std::optional<std::string> rise_of_loss(
    const Case& c, const AlarmEntry* loss, const AlarmEntry* gradient) {
  if (loss != nullptr) {
    return loss->message;
  }
  return gradient == nullptr ? std::nullopt : c.rise_with_rate(gradient->step);
}

static void weigh_other_causes(
    const Case& c, int64_t step, Weighing& weighing) {
  if (const auto* text = change_of_text(c, step)) {
    weighing.con(3, text->message);
  }
  const auto* copies = c.first("A12");
  if (copies != nullptr && copies->step >= step &&
      copies->step <= step + c.soon()) {
    weighing.con(2, "no rate makes experts alike at once: " + copies->message);
  }
  const auto* routing = first_of_routing(c, step);
  if (routing == nullptr || routing->step >= step) {
    weighing.pro(0.7, "routing was healthy until then");
  } else {
    weighing.con(
        2,
        "routing was ill before, at step " + std::to_string(routing->step) +
            ": " + routing->message);
  }
}

class OptimiserInstability final : public Verdict {
 public:
  explicit OptimiserInstability(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    const auto* loss = c.first("A20");
    const auto* gradient = c.first("A19");
    const auto rise = rise_of_loss(c, loss, gradient);
    if (!rise) {
      return std::nullopt;
    }
    const auto step = (loss != nullptr ? loss : gradient)->step;
    Weighing weighing(0.5);
    weighing.pro(0.5, *rise);
    if (gradient != nullptr && gradient->step <= step + 2) {
      weighing.pro(
          1, gradient->message + ", at step " + std::to_string(gradient->step));
    }
    if (const auto jump = c.rate_jump(step)) {
      weighing.pro(1.2, jump->text());
    }
    weigh_other_causes(c, step, weighing);
    auto diagnosis = weighing.diagnosis(kAdvice);
    diagnosis.since_step =
        gradient != nullptr ? std::min(gradient->step, step) : step;
    return diagnosis;
  }
};

}  // namespace d15_optimiser_instability_part

extern constinit const Variant<Verdict> d15_optimiser_instability = {
    .info =
        {.name = "d15-optimiser-instability",
         .summary = "the optimizer went wrong, not the routing",
         .paper = ""},
    .make = make_plain<
        Verdict,
        d15_optimiser_instability_part::OptimiserInstability>};

}  // namespace moestro::verdicts
