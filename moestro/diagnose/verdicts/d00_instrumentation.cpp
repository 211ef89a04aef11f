// SPDX-License-Identifier: Apache-2.0
// D00: the instruments are broken (A24). No other verdict is given then: it
// would be about numbers that nobody measured.
#include "moestro/diagnose/verdict.h"
#include "moestro/diagnose/words.h"

namespace moestro::verdicts {
namespace d00_instrumentation_part {

constexpr Advice kAdvice = {
    .test = "count one batch again by hand and compare",
    .action = "mend the hook or the importer; read nothing else into this run",
    .success = "the self-test passes on new steps",
    .rollback = "none: nothing was changed"};

class Instrumentation final : public Verdict {
 public:
  explicit Instrumentation(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    const auto broken = c.all("A24");
    if (broken.empty()) {
      return std::nullopt;
    }
    Weighing weighing(3);
    for (const auto* alarm : broken) {
      weighing.pro(
          1, "step " + std::to_string(alarm->step) + ": " + alarm->message);
    }
    return weighing.diagnosis(kAdvice, broken);
  }
};

}  // namespace d00_instrumentation_part

extern constinit const Variant<Verdict> d00_instrumentation = {
    .info =
        {.name = "d00-instrumentation",
         .summary = "what is recorded cannot be true",
         .paper = ""},
    .make = make_plain<Verdict, d00_instrumentation_part::Instrumentation>};

}  // namespace moestro::verdicts
