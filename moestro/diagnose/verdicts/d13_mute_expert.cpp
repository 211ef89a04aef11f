// SPDX-License-Identifier: Apache-2.0
// D13: an expert is mute (A13).
#include <algorithm>

#include "moestro/diagnose/verdict.h"

namespace moestro::verdicts {
namespace d13_mute_expert_part {

constexpr Advice kAdvice = {
    .test = "the norm of its output and of its gradient",
    .action =
        "reset its last matrix and the moments of its optimizer; look at "
        "weight decay",
    .success = "its output reaches a tenth of the median expert's in 200 steps",
    .rollback = "the checkpoint before"};

class MuteExpert final : public Verdict {
 public:
  explicit MuteExpert(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    const auto signs = c.all("A13");
    if (signs.empty()) {
      return std::nullopt;
    }
    Weighing weighing(1);
    // The same expert may open it again; that is no further evidence.
    for (size_t i = 0; i < std::min<size_t>(2, signs.size()); ++i) {
      weighing.pro(0.7, signs[i]->message);
    }
    // A router that went to extremes starves whom it does not choose.
    for (const auto* alarm :
         c.before(signs.front()->step + 1, {"A06", "A08"})) {
      weighing.con(1.5, alarm->message);
    }
    return weighing.diagnosis(kAdvice, signs);
  }
};

}  // namespace d13_mute_expert_part

extern constinit const Variant<Verdict> d13_mute_expert = {
    .info =
        {.name = "d13-mute-expert",
         .summary = "an expert gets tokens and says nothing",
         .paper = ""},
    .make = make_plain<Verdict, d13_mute_expert_part::MuteExpert>};

}  // namespace moestro::verdicts
