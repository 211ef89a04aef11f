// SPDX-License-Identifier: Apache-2.0
// D09: tokens are dropped although loads are about even: the capacity is too
// low. Where loads are uneven, drops follow from that.
#include "moestro/diagnose/verdict.h"
#include "moestro/diagnose/words.h"

namespace moestro::verdicts {
namespace d09_capacity_too_low_part {

constexpr Advice kAdvice = {
    .test =
        "how many slots would the fullest expert have needed in 99 % of "
        "the steps?",
    .action =
        "raise moe.capacity_factor to that, or drop nobody "
        "(moe.admit = \"all\")",
    .success = "fewer than 1 % of the pairs are dropped",
    .rollback = "set the capacity factor back"};

class CapacityTooLow final : public Verdict {
 public:
  explicit CapacityTooLow(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    const auto drops = c.all("A15");
    if (drops.empty()) {
      return std::nullopt;
    }
    Weighing weighing(1);
    for (const auto* alarm : drops) {
      weighing.pro(0.5, alarm->message);
    }
    const auto uneven = c.all("A01");
    if (uneven.empty()) {
      weighing.pro(0.5, "no layer is uneven beyond what text does");
    }
    for (const auto* alarm : uneven) {
      weighing.con(1, alarm->message);
    }
    return weighing.diagnosis(kAdvice, drops);
  }
};

}  // namespace d09_capacity_too_low_part

extern constinit const Variant<Verdict> d09_capacity_too_low = {
    .info =
        {.name = "d09-capacity-too-low",
         .summary = "the capacity is too low for the load",
         .paper = ""},
    .make = make_plain<Verdict, d09_capacity_too_low_part::CapacityTooLow>};

}  // namespace moestro::verdicts
