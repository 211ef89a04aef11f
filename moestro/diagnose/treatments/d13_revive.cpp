// SPDX-License-Identifier: Apache-2.0
// D13, an expert is mute: it becomes a copy of the expert that adds most, with
// noise. Which one is mute, its matrices say: one of them has hardly any
// length.
#include <algorithm>

#include "moestro/diagnose/treatment.h"
#include "moestro/diagnose/words.h"

namespace moestro::treatments {
namespace d13_revive_part {

constexpr double kShort = 0.1, kNoise = 0.05, kLoud = 0.1;

// The expert with the shortest matrix, or -1.
static int32_t mute_of(const RoutingPanel& r) {
  if (r.size_E.empty()) {
    return -1;
  }
  const auto least = std::ranges::min_element(r.size_E);
  return *least < kShort ? static_cast<int32_t>(least - r.size_E.begin()) : -1;
}

class Revive final : public Treatment {
 public:
  explicit Revive(const Site&) {}

  [[nodiscard]] std::optional<Order> plan(
      const Exam& exam, const Diagnosis& d, int64_t rung) const override {
    Order order;
    for (const auto* r : exam.panel.of(d.layers)) {
      const auto mute = mute_of(*r);
      if (rung > 1 || mute < 0 || !order.acts.empty()) {
        continue;
      }
      const auto donor =
          std::ranges::max_element(r->size_E) - r->size_E.begin();
      order.acts.push_back(
          {.lever = Lever::kRevive,
           .layer = r->layer,
           .routing = r->routing,
           .expert = mute,
           .after = {static_cast<double>(donor), kNoise}});
      order.test.layers = {r->layer};
    }
    order.test.statistic = "output-share";
    order.test.below = false;
    order.test.threshold = kLoud;
    order.test.windows = windows_of(exam.record, "train.eval_every");
    return order;
  }

  [[nodiscard]] std::string confirmed(
      const Exam& exam, const Diagnosis& d) const override {
    for (const auto* r : exam.panel.of(d.layers)) {
      const auto mute = mute_of(*r);
      if (mute >= 0) {
        return words::layer(r->layer, r->routing) + ": a matrix of expert " +
               std::to_string(mute) + " is " +
               words::percent(r->size_E[static_cast<size_t>(mute)]) +
               " of the median's length";
      }
    }
    return "";
  }
};

}  // namespace d13_revive_part

extern constinit const Variant<Treatment> d13_revive = {
    .info =
        {.name = "d13-revive",
         .summary = "revives an expert that adds nothing",
         .paper = ""},
    .make = make_plain<Treatment, d13_revive_part::Revive>};

}  // namespace moestro::treatments
