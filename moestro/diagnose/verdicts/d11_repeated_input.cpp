// SPDX-License-Identifier: Apache-2.0
// D11: the text repeats itself (A18): sequences that say one thing, or copies
// of one another. Tokens that are the same go to the same experts. Padding that
// is counted looks so too, and a new mix of text may repeat more than the old.

#include "moestro/diagnose/verdict.h"
#include "moestro/diagnose/words.h"

namespace moestro::verdicts {
namespace d11_repeated_input_part {

constexpr Advice kAdvice = {
    .test = "take the repeated sequences out of the batch and count again",
    .action =
        "leave repeated sequences out; look at the shuffling and at templates "
        "in the corpus",
    .success = "repetition returns to what it was",
    .rollback = "none: nothing was changed"};

// No text is so much of one token.
constexpr double kPadding = 0.4;

class RepeatedInput final : public Verdict {
 public:
  explicit RepeatedInput(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    const auto signs = c.all("A18");
    if (signs.empty()) {
      return std::nullopt;
    }
    Weighing weighing(1);
    for (const auto* alarm : signs) {
      weighing.pro(0.4, alarm->message);
    }
    const double commonest = c.run.empty() ? 0 : c.run.back().commonest;
    if (commonest > kPadding) {
      weighing.con(
          2,
          words::percent(commonest) + " of the tokens are the same: padding");
    }
    for (const auto* shift : c.all("A17")) {
      weighing.con(0.5, shift->message);
    }
    return weighing.diagnosis(kAdvice, signs);
  }
};

}  // namespace d11_repeated_input_part

extern constinit const Variant<Verdict> d11_repeated_input = {
    .info =
        {.name = "d11-repeated-input",
         .summary = "the text repeats itself",
         .paper = ""},
    .make = make_plain<Verdict, d11_repeated_input_part::RepeatedInput>};

}  // namespace moestro::verdicts
