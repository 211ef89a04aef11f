// SPDX-License-Identifier: Apache-2.0
// D07: balancing is too strong (A11): loads are even and experts do not
// specialise.
#include <set>

#include "moestro/diagnose/verdict.h"

namespace moestro::verdicts {
namespace d07_balance_too_strong_part {

constexpr Advice kAdvice = {
    .test = "a tenth of the balance weight on a copy of the run",
    .action =
        "lower the weight of the balance loss tenfold; balance over the global "
        "batch",
    .success = "the task's share of the router's gradient rises above a half",
    .rollback = "set the weight back"};

class BalanceTooStrong final : public Verdict {
 public:
  explicit BalanceTooStrong(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    const auto signs = c.all("A11");
    if (signs.empty()) {
      return std::nullopt;
    }
    Weighing weighing(0.7);
    // The same layer may open it again; that is no further evidence.
    std::set<LayerKey> layers;
    for (const auto* alarm : signs) {
      if (layers.insert({alarm->layer, alarm->routing}).second) {
        weighing.pro(0.7, alarm->message);
      }
    }
    for (const auto* uneven : c.all("A01")) {
      weighing.con(1, uneven->message);
    }
    // Text that says nothing new leaves the task nothing to pull with.
    if (const auto* repeats = c.first("A18")) {
      weighing.con(2.5, repeats->message);
    }
    return weighing.diagnosis(kAdvice, signs);
  }
};

}  // namespace d07_balance_too_strong_part

extern constinit const Variant<Verdict> d07_balance_too_strong = {
    .info =
        {.name = "d07-balance-too-strong",
         .summary = "balancing is too strong",
         .paper = ""},
    .make = make_plain<Verdict, d07_balance_too_strong_part::BalanceTooStrong>};

}  // namespace moestro::verdicts
