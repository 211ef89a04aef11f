// SPDX-License-Identifier: Apache-2.0
// D16, the optimizer lost its memory: a tenth of the learning rate until it has
// one again.
#include "moestro/diagnose/treatment.h"

namespace moestro::treatments {
namespace d16_rewarm_part {

constexpr double kTimes = 0.1;

class Rewarm final : public Treatment {
 public:
  explicit Rewarm(const Site&) {}

  [[nodiscard]] std::optional<Order> plan(
      const Exam& exam, const Diagnosis&, int64_t rung) const override {
    if (rung > 0) {
      return std::nullopt;
    }
    const double old = exam.panel.run.lr_scale;
    Order order{.temporary = true};
    order.acts.push_back(
        {.lever = Lever::kLr, .before = {old}, .after = {kTimes * old}});
    order.test = {.statistic = "loss/lm", .windows = 4, .early = false};
    order.test.threshold = 1.02 * value_of(order.test, exam.window);
    return order;
  }
};

}  // namespace d16_rewarm_part

extern constinit const Variant<Treatment> d16_rewarm = {
    .info =
        {.name = "d16-rewarm",
         .summary = "a lower learning rate for a while",
         .paper = ""},
    .make = make_plain<Treatment, d16_rewarm_part::Rewarm>};

}  // namespace moestro::treatments
