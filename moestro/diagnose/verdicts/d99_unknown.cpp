// SPDX-License-Identifier: Apache-2.0
// D99: alarms that no other verdict explains. Its confidence is that something
// is wrong, not that anybody knows what; the doctor ranks it after any verdict
// that is more than a guess.
#include <algorithm>

#include "moestro/diagnose/verdict.h"
#include "moestro/diagnose/words.h"

namespace moestro::verdicts {
namespace d99_unknown_part {

// Below any verdict that is more likely than not.
constexpr double kMost = 0.45;

constexpr Advice kAdvice = {
    .test = "read the windows around the first alarm",
    .action =
        "save a checkpoint and the steps around the alarm; change one "
        "thing at a time",
    .success = "the alarm closes and does not open again",
    .rollback = "undo that one change"};

class Unknown final : public Verdict {
 public:
  explicit Unknown(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    const auto serious = c.serious();
    if (serious.empty()) {
      return std::nullopt;
    }
    Weighing weighing(-0.9);
    for (const auto* alarm : serious) {
      weighing.pro(
          0.2, "step " + std::to_string(alarm->step) + ": " + alarm->message);
    }
    auto diagnosis = weighing.diagnosis(kAdvice);
    diagnosis.confidence = std::min(diagnosis.confidence, kMost);
    diagnosis.layers = layers_of(serious);
    diagnosis.since_step = serious.front()->step;
    return diagnosis;
  }
};

}  // namespace d99_unknown_part

extern constinit const Variant<Verdict> d99_unknown = {
    .info =
        {.name = "d99-unknown",
         .summary = "no known pattern explains the alarms",
         .paper = ""},
    .make = make_plain<Verdict, d99_unknown_part::Unknown>};

}  // namespace moestro::verdicts
