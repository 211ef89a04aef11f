// SPDX-License-Identifier: Apache-2.0
// D18: one device has too much to do (A23) while the loads of the experts are
// what they should be: where they live is wrong, not how tokens are routed.

#include "moestro/diagnose/verdict.h"
#include "moestro/diagnose/words.h"

namespace moestro::verdicts {
namespace d18_placement_part {

constexpr Advice kAdvice = {
    .test = "compare the load of the devices with that of the experts",
    .action =
        "place the experts anew (`moestro plan eplb`); nothing for the "
        "training",
    .success = "the busiest device has less than 1.1 times its part",
    .rollback = "the placement before"};

class Placement final : public Verdict {
 public:
  explicit Placement(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    const auto signs = c.all("A23");
    if (signs.empty()) {
      return std::nullopt;
    }
    Weighing weighing(0);
    for (const auto* alarm : signs) {
      weighing.pro(alarm->level >= Level::kWarn ? 1 : 0.3, alarm->message);
    }
    const auto uneven = c.all("A01");
    if (uneven.empty()) {
      weighing.pro(0.5, "no expert has far more than its share");
    }
    for (const auto* alarm : uneven) {
      weighing.con(1, alarm->message);
    }
    return weighing.diagnosis(kAdvice, signs);
  }
};

}  // namespace d18_placement_part

extern constinit const Variant<Verdict> d18_placement = {
    .info =
        {.name = "d18-placement",
         .summary = "experts live in the wrong places",
         .paper = "",
         .shows = "device-imbalance"},
    .make = make_plain<Verdict, d18_placement_part::Placement>};

}  // namespace moestro::verdicts
