// SPDX-License-Identifier: Apache-2.0
// D03, nothing balances the load: first a sign-bias controller where nobody
// moves the bias, then more weight on the balance losses that are there, then a
// quicker controller. The bias comes first because it takes no gradient from
// the task.
#include <algorithm>

#include "moestro/diagnose/balancing.h"
#include "moestro/diagnose/treatment.h"

namespace moestro::treatments {
namespace d03_balance_part {

constexpr double kLeastWeight = 0.01, kMostWeight = 0.1, kTimes = 10;
constexpr double kLeastRate = 1e-3, kMostRate = 1e-2;

// Such that a bias could cross the scores in a run, and by no more than a tenth
// of an even score in a step.
static double rate_for(const Exam& exam, size_t experts) {
  const auto steps = static_cast<double>(exam.record.facts.steps.value_or(0));
  const auto wanted = steps > 0 ? 10 / steps : kLeastRate;
  const auto even = 0.1 / static_cast<double>(std::max<size_t>(1, experts));
  return std::min(std::clamp(wanted, kLeastRate, kMostRate), even);
}

static void add_balancer(
    const Exam& exam, const RoutingPanel& r, Order& order) {
  const auto experts = exam.record.layers.find(r.key());
  if (!r.balancer.empty() || r.owned.contains("bias") ||
      experts == exam.record.layers.end()) {
    return;
  }
  Act act{
      .lever = Lever::kBiasRate,
      .layer = r.layer,
      .routing = r.routing,
      .name = "sign-bias",
      .after = {rate_for(exam, experts->second.last_load().size())},
      .kept = {r.knobs.bias.begin(), r.knobs.bias.end()}};
  order.acts.push_back(std::move(act));
}

static void add_weight(const RoutingPanel& r, Order& order) {
  for (size_t i = 0; i < r.losses.size(); ++i) {
    const double old = r.weight_of(i);
    const double wanted = std::clamp(kTimes * old, kLeastWeight, kMostWeight);
    if (balances(r.losses[i]) && wanted > old &&
        !r.owned.contains("loss_weight." + r.losses[i])) {
      auto act = move_knob(r, Lever::kLossWeight, old, wanted);
      act.name = r.losses[i];
      order.acts.push_back(std::move(act));
    }
  }
}

static void add_rate(const RoutingPanel& r, Order& order) {
  const double wanted = std::min(kTimes * r.bias_rate, kMostRate);
  if (wanted > r.bias_rate) {
    auto act = move_knob(r, Lever::kBiasRate, r.bias_rate, wanted);
    act.name = r.balancer;
    order.acts.push_back(std::move(act));
  }
}

static bool nothing_balances(const Exam& exam) {
  return std::ranges::none_of(
      exam.panel.routings, [](const auto& r) { return r.balanced(); });
}

class Balance final : public Treatment {
 public:
  explicit Balance(const Site&) {}

  [[nodiscard]] std::optional<Order> plan(
      const Exam& exam, const Diagnosis& d, int64_t rung) const override {
    Order order;
    // What no layer has, the next one will lack soon.
    const auto everywhere = nothing_balances(exam);
    for (const auto* r :
         exam.panel.of(everywhere ? std::vector<int32_t>{} : d.layers)) {
      if (rung == 0) {
        add_balancer(exam, *r, order);
      } else if (rung == 1) {
        add_weight(*r, order);
      } else if (rung == 2) {
        add_rate(*r, order);
      }
    }
    order.test = {.statistic = "max-vio", .layers = d.layers, .windows = 12};
    order.test.threshold =
        std::max(0.5, 0.6 * value_of(order.test, exam.window));
    return order;
  }

  [[nodiscard]] std::string confirmed(
      const Exam& exam, const Diagnosis&) const override {
    return nothing_balances(exam)
               ? "no controller moves a bias and no balance loss has a weight"
               : "";
  }
};

}  // namespace d03_balance_part

extern constinit const Variant<Treatment> d03_balance = {
    .info =
        {.name = "d03-balance",
         .summary = "switches balancing on, or makes it stronger",
         .paper = ""},
    .make = make_plain<Treatment, d03_balance_part::Balance>};

}  // namespace moestro::treatments
