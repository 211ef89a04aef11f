// SPDX-License-Identifier: Apache-2.0
// D04, the router learns too fast: a third of its learning rate, and a clip of
// its own gradient.
#include "moestro/diagnose/treatment.h"
#include "moestro/diagnose/words.h"

namespace moestro::treatments {
namespace d04_slow_router_part {

constexpr double kTimes = 0.3, kLeast = 0.01, kClip = 1;

class SlowRouter final : public Treatment {
 public:
  explicit SlowRouter(const Site&) {}

  [[nodiscard]] std::optional<Order> plan(
      const Exam& exam, const Diagnosis& d, int64_t rung) const override {
    const auto& run = exam.panel.run;
    const double rate = kTimes * run.router_lr_scale;
    if (rung > 2 || rate < kLeast) {
      return std::nullopt;
    }
    Order order;
    order.acts.push_back(
        {.lever = Lever::kRouterLr,
         .before = {run.router_lr_scale},
         .after = {rate}});
    order.acts.push_back(
        {.lever = Lever::kRouterClip,
         .before = {run.router_clip},
         .after = {run.router_clip > 0 ? run.router_clip / 2 : kClip}});
    order.test = {
        .statistic = "lse-rms",
        .layers = d.layers,
        .windows = 6,
        .early = false};
    if (d.layers.empty()) {
      order.test.statistic = "grad_norm/router";
    }
    order.test.threshold = 1.1 * value_of(order.test, exam.window);
    return order;
  }

  [[nodiscard]] std::string confirmed(
      const Exam& exam, const Diagnosis&) const override {
    const auto scale =
        exam.record.setting("optimizer.router_lr_scale").value_or(1) *
        exam.panel.run.router_lr_scale;
    return scale > 3 ? "the router learns at " + words::number(scale) +
                           " times the rate of the rest"
                     : "";
  }
};

}  // namespace d04_slow_router_part

extern constinit const Variant<Treatment> d04_slow_router = {
    .info =
        {.name = "d04-slow-router",
         .summary = "slows the router down and clips its gradient",
         .paper = ""},
    .make = make_plain<Treatment, d04_slow_router_part::SlowRouter>};

}  // namespace moestro::treatments
