// SPDX-License-Identifier: Apache-2.0
// D05, the router began badly: every row back to the length that rows begin
// with. Their directions stay: what was learned is there.
#include <algorithm>

#include "moestro/diagnose/treatment.h"
#include "moestro/diagnose/words.h"

namespace moestro::treatments {
namespace d05_reseed_part {

constexpr double kLong = 2;  // times the first length

static double longest(const RoutingPanel& r) {
  return r.row_length_E.empty() || r.first_row_length <= 0
             ? 0
             : std::ranges::max(r.row_length_E) / r.first_row_length;
}

class Reseed final : public Treatment {
 public:
  explicit Reseed(const Site&) {}

  [[nodiscard]] std::optional<Order> plan(
      const Exam& exam, const Diagnosis& d, int64_t rung) const override {
    Order order;
    for (const auto* r : exam.panel.of(d.layers)) {
      if (rung == 0 && longest(*r) > kLong) {
        order.acts.push_back(
            {.lever = Lever::kRouterRows,
             .layer = r->layer,
             .routing = r->routing,
             .after = {r->first_row_length}});
        order.test.layers.push_back(r->layer);
      }
    }
    order.test.statistic = "max-logit";
    order.test.threshold = 0.7 * value_of(order.test, exam.window);
    return order;
  }

  [[nodiscard]] std::string confirmed(
      const Exam& exam, const Diagnosis& d) const override {
    for (const auto* r : exam.panel.of(d.layers)) {
      if (longest(*r) > kLong) {
        return words::layer(r->layer, r->routing) +
               ": a row of the router is " + words::number(longest(*r)) +
               " times as long as it should have begun";
      }
    }
    return "";
  }
};

}  // namespace d05_reseed_part

extern constinit const Variant<Treatment> d05_reseed = {
    .info =
        {.name = "d05-reseed",
         .summary = "brings the rows of a router back to the length that rows "
                    "begin with",
         .paper = ""},
    .make = make_plain<Treatment, d05_reseed_part::Reseed>};

}  // namespace moestro::treatments
