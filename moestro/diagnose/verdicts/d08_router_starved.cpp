// SPDX-License-Identifier: Apache-2.0
// D08: the router does not decide long after the warm-up (A07): it is starved
// by noise, by a temperature or by a learning rate that is too low.
#include "moestro/diagnose/verdict.h"
#include "moestro/diagnose/words.h"

namespace moestro::verdicts {
namespace d08_router_starved_part {

constexpr Advice kAdvice = {
    .test = "the scale of the logits, and the temperature and noise in use",
    .action =
        "less noise, a lower temperature; then a higher "
        "optimizer.router_lr_scale",
    .success = "router information rises above 5 % of ln E in 300 steps",
    .rollback = "set noise, temperature and learning rate back"};

class RouterStarved final : public Verdict {
 public:
  explicit RouterStarved(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    const auto uniform = c.all("A07");
    if (uniform.empty()) {
      return std::nullopt;
    }
    Weighing weighing(0.5);
    for (const auto* alarm : uniform) {
      weighing.pro(0.7, alarm->message);
    }
    // Something else keeps it so.
    for (const auto* id : {"A10", "A11"}) {
      if (const auto* alarm = c.first(id)) {
        weighing.con(3, alarm->message);
      }
    }
    const auto perturbs = c.words("moe.perturbs");
    if (perturbs && !perturbs->empty()) {
      weighing.pro(0.7, "routing is perturbed: " + *perturbs);
    }
    return weighing.diagnosis(kAdvice, uniform);
  }
};

}  // namespace d08_router_starved_part

extern constinit const Variant<Verdict> d08_router_starved = {
    .info =
        {.name = "d08-router-starved",
         .summary = "the router hardly learns",
         .paper = ""},
    .make = make_plain<Verdict, d08_router_starved_part::RouterStarved>};

}  // namespace moestro::verdicts
