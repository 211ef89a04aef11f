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

class LowPrecision final : public Verdict {
 public:
  explicit LowPrecision(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    const auto* bad = c.first("A21");
    const auto* large = c.first("A08");
    const bool coarse = large != nullptr && large->value >= 64;
    if (bad == nullptr && !coarse) {
      return std::nullopt;
    }
    Weighing weighing(-0.5);
    if (bad != nullptr) {
      weighing.pro(1.2, bad->message);
    }
    if (coarse) {
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
    auto diagnosis = weighing.diagnosis(kAdvice);
    for (const auto* alarm : {bad, coarse ? large : nullptr}) {
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
