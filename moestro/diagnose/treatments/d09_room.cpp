// SPDX-License-Identifier: Apache-2.0
// D09, the capacity is too low for the load: half as much again, and at least a
// quarter more than even loads need; twice that when it was too little.
#include <algorithm>

#include "moestro/diagnose/treatment.h"
#include "moestro/diagnose/words.h"

namespace moestro::treatments {
namespace d09_room_part {

constexpr double kLeast = 1.25, kMost = 4, kFew = 0.02;

class Room final : public Treatment {
 public:
  explicit Room(const Site&) {}

  [[nodiscard]] std::optional<Order> plan(
      const Exam& exam, const Diagnosis& d, int64_t rung) const override {
    Order order;
    for (const auto* r : exam.panel.of(d.layers)) {
      const double old = r->knobs.capacity;
      const double wanted =
          std::clamp((rung == 0 ? 1.5 : 2) * old, kLeast, kMost);
      if (rung < 3 && old > 0 && wanted > old &&
          !r->owned.contains("capacity")) {
        order.acts.push_back(move_knob(*r, Lever::kCapacity, old, wanted));
      }
    }
    order.test = {.statistic = "drop-rate", .layers = d.layers};
    order.test.threshold =
        std::max(kFew, 0.5 * value_of(order.test, exam.window));
    return order;
  }

  [[nodiscard]] std::string confirmed(
      const Exam& exam, const Diagnosis& d) const override {
    for (const auto* r : exam.panel.of(d.layers)) {
      const double capacity = r->knobs.capacity;
      if (capacity > 0 && capacity < 1.1) {
        return "a capacity factor of " + words::number(capacity) +
               " leaves even loads no room";
      }
    }
    return "";
  }
};

}  // namespace d09_room_part

extern constinit const Variant<Treatment> d09_room = {
    .info =
        {.name = "d09-room",
         .summary = "a larger capacity factor",
         .paper = ""},
    .make = make_plain<Treatment, d09_room_part::Room>};

}  // namespace moestro::treatments
