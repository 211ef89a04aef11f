// SPDX-License-Identifier: Apache-2.0
// D06: experts are copies (A12), from the start on.
#include "moestro/diagnose/verdict.h"

namespace moestro::verdicts {
namespace d06_identical_experts_part {

constexpr Advice kAdvice = {
    .test = "compare the checksums of two experts",
    .action =
        "perturb or re-seed the copies; after upcycling add noise to the "
        "router",
    .success = "the mean cosine of outputs falls below 0.9",
    .rollback = "the checkpoint before"};

class IdenticalExperts final : public Verdict {
 public:
  explicit IdenticalExperts(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    const auto signs = c.all("A12");
    if (signs.empty()) {
      return std::nullopt;
    }
    Weighing weighing(0.5);
    for (const auto* alarm : signs) {
      weighing.pro(0.7, alarm->message);
    }
    if (signs.front()->step <= 4 * c.window) {
      weighing.pro(1, "they were alike from the start");
    } else {
      weighing.con(1, "they were different before");
    }
    return weighing.diagnosis(kAdvice, signs);
  }
};

}  // namespace d06_identical_experts_part

extern constinit const Variant<Verdict> d06_identical_experts = {
    .info =
        {.name = "d06-identical-experts",
         .summary = "experts are copies of each other",
         .paper = ""},
    .make = make_plain<Verdict, d06_identical_experts_part::IdenticalExperts>};

}  // namespace moestro::verdicts
