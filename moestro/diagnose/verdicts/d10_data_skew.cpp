// SPDX-License-Identifier: Apache-2.0
// D10: the data explain it: the text is of one kind, or its mix has moved, and
// the loads follow from that (A17).
#include "moestro/diagnose/verdict.h"

namespace moestro::verdicts {
namespace d10_data_skew_part {

constexpr Advice kAdvice = {
    .test = "predict the loads from each domain's own and the new mix",
    .action =
        "nothing for the router; mend the mix or the shuffling, or declare the "
        "change",
    .success = "loads return with the mix",
    .rollback = "none: nothing was changed"};

class DataSkew final : public Verdict {
 public:
  explicit DataSkew(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    const auto signs = c.all("A17");
    if (signs.empty()) {
      return std::nullopt;
    }
    Weighing weighing(-0.5);
    bool explains = false;
    for (const auto* alarm : signs) {
      explains = explains || alarm->value >= alarm->threshold;
      weighing.pro(alarm->value >= alarm->threshold ? 1 : 0.1, alarm->message);
    }
    const auto serious = c.serious();
    if (!serious.empty() && !explains) {
      weighing.con(1, "the new mix explains only part of the loads");
    }
    if (!serious.empty()) {
      weighing.con(1, "it does not explain this: " + serious.front()->message);
    } else {
      weighing.pro(0.5, "nothing else is wrong");
    }
    return weighing.diagnosis(kAdvice, signs);
  }
};

}  // namespace d10_data_skew_part

extern constinit const Variant<Verdict> d10_data_skew = {
    .info =
        {.name = "d10-data-skew",
         .summary = "the data changed, not the router",
         .paper = ""},
    .make = make_plain<Verdict, d10_data_skew_part::DataSkew>};

}  // namespace moestro::verdicts
