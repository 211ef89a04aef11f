// SPDX-License-Identifier: Apache-2.0
// D14, the bias moves too fast: the same controller at a tenth of the rate, or
// at a hundredth of a score a step where that is less, from a bias of nothing:
// what has piled up decides for hundreds of steps otherwise.
#include <algorithm>

#include "moestro/diagnose/treatment.h"
#include "moestro/diagnose/words.h"

namespace moestro::treatments {
namespace d14_slow_bias_part {

constexpr double kTimes = 0.1, kMostTimes = 0.01, kLeast = 1e-5, kFast = 0.02;
// A sign-based bias of scores in (0, 1) is published with 0.001 (2408.15664).
constexpr double kSane = 0.01;

static double slower(double rate) {
  return std::max(kMostTimes * rate, std::min(kTimes * rate, kSane));
}

// The whole bias, taken away.
static Act level(const RoutingPanel& r) {
  auto act = move_bias(r);
  act.after.assign(act.before.size(), 0);
  return act;
}

static void slow_down(const RoutingPanel& r, std::vector<Act>& acts) {
  auto act = move_knob(r, Lever::kBiasRate, r.bias_rate, slower(r.bias_rate));
  act.name = r.balancer;
  acts.push_back(std::move(act));
  if (!r.knobs.bias.empty()) {
    acts.push_back(level(r));
  }
}

class SlowBias final : public Treatment {
 public:
  explicit SlowBias(const Site&) {}

  [[nodiscard]] std::optional<Order> plan(
      const Exam& exam, const Diagnosis& d, int64_t rung) const override {
    Order order;
    for (const auto* r : exam.panel.of(d.layers)) {
      if (rung < 3 && slower(r->bias_rate) >= kLeast) {
        slow_down(*r, order.acts);
      }
    }
    order.test = {
        .statistic = "bias-overlap",
        .layers = d.layers,
        .below = false,
        .threshold = 0.5,
        .windows = windows_of(exam.record, "train.probe_every")};
    return order;
  }

  [[nodiscard]] std::string confirmed(
      const Exam& exam, const Diagnosis& d) const override {
    for (const auto* r : exam.panel.of(d.layers)) {
      if (r->bias_rate >= kFast) {
        return "the bias moves by " + words::number(r->bias_rate) +
               " in a step";
      }
    }
    return "";
  }
};

}  // namespace d14_slow_bias_part

extern constinit const Variant<Treatment> d14_slow_bias = {
    .info =
        {.name = "d14-slow-bias",
         .summary = "the same controller of the bias at a tenth of its rate",
         .paper = ""},
    .make = make_plain<Treatment, d14_slow_bias_part::SlowBias>};

}  // namespace moestro::treatments
