// SPDX-License-Identifier: Apache-2.0
// D01: logits, activations or gradients outgrow the precision they are kept in.
// First a number that is none (A21) or logits too large for bf16 (A08, and A09
// beside it); a loss that leapt before that speaks for the optimizer instead.
#include "moestro/diagnose/verdict.h"
#include "moestro/diagnose/words.h"

namespace moestro::verdicts {
namespace d01_low_precision_part {

constexpr Advice kAdvice = {
    .test = "run the same batch again in fp32",
    .action =
        "router in fp32 and a z-loss; then rewind to the checkpoint "
        "before",
    .success = "the batch passes, and no logit is above 32",
    .rollback = "take the z-loss away again"};

constexpr double kCoarse = 64;

// The first of the alarms on growth at which bf16 no longer tells half a unit
// apart.
static const AlarmEntry* coarse_logits(const Case& c) {
  for (const auto* alarm : c.all("A08")) {
    if (alarm->value >= kCoarse) {
      return alarm;
    }
  }
  return nullptr;
}

class LowPrecision final : public Verdict {
 public:
  explicit LowPrecision(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    const auto* bad = c.first("A21");
    const auto* large = coarse_logits(c);
    if (bad == nullptr && large == nullptr) {
      return std::nullopt;
    }
    Weighing weighing(-0.5);
    if (bad != nullptr) {
      weighing.pro(1.2, bad->message);
    }
    if (large != nullptr) {
      weighing.pro(1.2, large->message);
    }
    if (const auto* risk = c.first("A09")) {
      weighing.pro(0.7, risk->message);
    }
    const auto* spike = c.first("A20");
    const auto first = bad != nullptr ? bad->step : large->step;
    if (spike != nullptr && spike->step < first) {
      weighing.con(
          1.5, "the loss leapt first, at step " + std::to_string(spike->step));
    }
    const auto* flapping = c.first("A14");
    if (flapping != nullptr && flapping->step < first) {
      weighing.con(1, flapping->message + ", before that");
    }
    auto diagnosis = weighing.diagnosis(kAdvice);
    for (const auto* alarm : {bad, large}) {
      if (alarm != nullptr && alarm->layer >= 0) {
        diagnosis.layers.push_back(alarm->layer);
      }
      if (alarm != nullptr && alarm->expert >= 0) {
        diagnosis.experts.push_back(alarm->expert);
      }
    }
    diagnosis.since_step = first;
    return diagnosis;
  }
};

}  // namespace d01_low_precision_part

extern constinit const Variant<Verdict> d01_low_precision = {
    .info =
        {.name = "d01-low-precision",
         .summary = "numbers outgrow their precision",
         .paper = ""},
    .make = make_plain<Verdict, d01_low_precision_part::LowPrecision>};

}  // namespace moestro::verdicts
