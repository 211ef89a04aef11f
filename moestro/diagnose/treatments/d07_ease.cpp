// SPDX-License-Identifier: Apache-2.0
// D07, balancing is too strong: a tenth of the weight of its losses.
#include <algorithm>

#include "moestro/diagnose/balancing.h"
#include "moestro/diagnose/treatment.h"
#include "moestro/diagnose/words.h"

namespace moestro::treatments {
namespace d07_ease_part {

constexpr double kTimes = 0.1, kLeast = 1e-5, kUsual = 0.01;

// The first of ten times the usual weight; their number where there is none.
static size_t heavy_loss(const RoutingPanel& r) {
  size_t i = 0;
  while (i < r.losses.size() &&
         !(balances(r.losses[i]) && r.weight_of(i) >= 10 * kUsual)) {
    ++i;
  }
  return i;
}

class Ease final : public Treatment {
 public:
  explicit Ease(const Site&) {}

  [[nodiscard]] std::optional<Order> plan(
      const Exam& exam, const Diagnosis& d, int64_t rung) const override {
    Order order;
    for (const auto* r : exam.panel.of(d.layers)) {
      for (size_t i = 0; rung < 3 && i < r->losses.size(); ++i) {
        add(*r, i, order);
      }
    }
    order.test = {
        .statistic = "balance-over-lm",
        .layers = d.layers,
        .threshold = 1,
        .windows = windows_of(exam.record, "train.eval_every")};
    // A tenth need not be enough: half of the pull is a step on the way.
    for (const auto* alarm : exam.record.all("A11")) {
      order.test.threshold = std::max(order.test.threshold, alarm->value / 2);
    }
    return order;
  }

  [[nodiscard]] std::string confirmed(
      const Exam& exam, const Diagnosis& d) const override {
    for (const auto* r : exam.panel.of(d.layers)) {
      const auto heavy = heavy_loss(*r);
      if (heavy < r->losses.size()) {
        return "the weight of " + r->losses[heavy] + " is " +
               words::number(r->weight_of(heavy));
      }
    }
    return "";
  }

 private:
  static void add(const RoutingPanel& r, size_t loss, Order& order) {
    const double old = r.weight_of(loss);
    if (balances(r.losses[loss]) && kTimes * old > kLeast &&
        !r.owned.contains("loss_weight." + r.losses[loss])) {
      auto act = move_knob(r, Lever::kLossWeight, old, kTimes * old);
      act.name = r.losses[loss];
      order.acts.push_back(std::move(act));
    }
  }
};

}  // namespace d07_ease_part

extern constinit const Variant<Treatment> d07_ease = {
    .info =
        {.name = "d07-ease",
         .summary = "a tenth of the weight of the balance losses",
         .paper = ""},
    .make = make_plain<Treatment, d07_ease_part::Ease>};

}  // namespace moestro::treatments
