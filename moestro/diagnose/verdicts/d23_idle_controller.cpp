// SPDX-License-Identifier: Apache-2.0
// D23: a controller is there, the layer stays uneven, and the bias does not
// move: a balancer that died in silence. It comes before any advice to raise
// its rate.

#include "moestro/diagnose/verdict.h"
#include "moestro/diagnose/words.h"

namespace moestro::verdicts {
namespace d23_idle_controller_part {

constexpr Advice kAdvice = {
    .test = "does the bias change from step to step?",
    .action =
        "find out why the bias does not reach the router: who sets it back, is "
        "it attached, are its counts recorded?",
    .success = "the bias of the busiest expert falls in every step",
    .rollback = "none: nothing was changed"};

class IdleControllerVerdict final : public Verdict {
 public:
  explicit IdleControllerVerdict(const Site&) {}

  [[nodiscard]] std::optional<Diagnosis> judge(const Case& c) const override {
    const auto idle = idle_controller(c);
    if (!idle) {
      return std::nullopt;
    }
    Weighing weighing(0.8);
    const auto where = words::layer(idle->layer.first, idle->layer.second);
    weighing.pro(
        1.2,
        where + ": the bias has moved by at most " +
            words::number(idle->drift) + " a step since step " +
            std::to_string(idle->since) +
            (idle->name.empty() ? "" : ", though '" + idle->name + "' is on"));
    weighing.pro(
        0.5,
        where + " stays uneven, MaxVio " + words::number(idle->max_vio) +
            ", the same expert in front");
    if (idle->name.empty()) {
      weighing.con(1, "which controller was on is not recorded");
    }
    if (c.serious().empty()) {
      weighing.con(3.5, "nothing was raised: it may have little to do");
    }
    auto diagnosis = weighing.diagnosis(kAdvice);
    diagnosis.layers = {idle->layer.first};
    diagnosis.since_step = idle->since;
    return diagnosis;
  }
};

}  // namespace d23_idle_controller_part

extern constinit const Variant<Verdict> d23_idle_controller = {
    .info =
        {.name = "d23-idle-controller",
         .summary = "the balancer does not act",
         .paper = "",
         .shows = "bias-drift,max-vio"},
    .make =
        make_plain<Verdict, d23_idle_controller_part::IdleControllerVerdict>};

}  // namespace moestro::verdicts
