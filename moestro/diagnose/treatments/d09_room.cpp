// SPDX-License-Identifier: Apache-2.0
// D09, the capacity is too low for the load: room for the fullest expert as it
// is now, and a quarter more than even loads need; at most four times what it
// was, and twice that when it was too little.
#include <algorithm>

#include "moestro/diagnose/treatment.h"
#include "moestro/diagnose/words.h"

namespace moestro::treatments {
namespace d09_room_part {

constexpr double kLeast = 1.25, kMost = 4, kFew = 0.02;
constexpr double kSpare = 1.1, kTimes = 4;

// Of the newest window, in units of the mean.
static double fullest(const Exam& exam, const RoutingPanel& r) {
  const auto found = exam.record.layers.find(r.key());
  return found == exam.record.layers.end()
             ? 1
             : std::ranges::max(found->second.last_load());
}

static double wanted(const Exam& exam, const RoutingPanel& r, int64_t rung) {
  const double old = r.knobs.capacity;
  const double room = std::max(kLeast, kSpare * fullest(exam, r));
  const double least = rung == 0 ? old : 2 * old;
  return std::min({std::max(room, least), kTimes * old, kMost});
}

class Room final : public Treatment {
 public:
  explicit Room(const Site&) {}

  [[nodiscard]] std::optional<Order> plan(
      const Exam& exam, const Diagnosis& d, int64_t rung) const override {
    Order order;
    for (const auto* r : exam.panel.of(d.layers)) {
      const double old = r->knobs.capacity, more = wanted(exam, *r, rung);
      if (rung < 3 && old > 0 && more > old && !r->owned.contains("capacity")) {
        order.acts.push_back(move_knob(*r, Lever::kCapacity, old, more));
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
