// SPDX-License-Identifier: Apache-2.0
// D02: the gate is cut off from the task (A10): detached from the graph, or its
// weights are normalised to 1 with one expert a token.
#include "moestro/diagnose/verdict.h"

namespace moestro::verdicts {
namespace d02_gate_cut_off_part {

constexpr Advice kAdvice = {
    .test =
        "move one router weight a little: does the loss move as its gradient "
        "says?",
    .action =
        "with one expert a token stop normalising its weight (moe.weigh = "
        "\"raw\"); else mend the graph",
    .success =
        "the task's gradient on the router is above 1e-4 of the experts'",
    .rollback = "none: nothing else was changed"};

class GateCutOff final : public Verdict {
 public:
  explicit GateCutOff(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    const auto signs = c.all("A10");
    if (signs.empty()) {
      return std::nullopt;
    }
    Weighing weighing(1.2);
    for (const auto* alarm : signs) {
      weighing.pro(0.7, alarm->message);
    }
    const auto k = c.setting("moe.top_k");
    if (k && *k == 1) {
      weighing.pro(1, "moe.top_k = 1: a normalised weight is always 1");
    }
    // A softmax that is certain passes no gradient on, and is the elder evil.
    const auto saturated = c.before(signs.front()->step, {"A06", "A08"});
    if (!saturated.empty()) {
      weighing.con(3.5, saturated.front()->message);
    }
    return weighing.diagnosis(kAdvice, signs);
  }
};

}  // namespace d02_gate_cut_off_part

extern constinit const Variant<Verdict> d02_gate_cut_off = {
    .info =
        {.name = "d02-gate-cut-off",
         .summary = "the router learns nothing from the task",
         .paper = ""},
    .make = make_plain<Verdict, d02_gate_cut_off_part::GateCutOff>};

}  // namespace moestro::verdicts
