// SPDX-License-Identifier: Apache-2.0
// D08, the router hardly learns: temperature back to 1 and a tenth of the
// noise.
#include "moestro/diagnose/treatment.h"
#include "moestro/diagnose/words.h"

namespace moestro::treatments {
namespace d08_sober_part {

constexpr double kNoiseTimes = 0.1, kUniform = 0.98;

class Sober final : public Treatment {
 public:
  explicit Sober(const Site&) {}

  [[nodiscard]] std::optional<Order> plan(
      const Exam& exam, const Diagnosis& d, int64_t rung) const override {
    const bool noisy = !exam.record.words("moe.perturbs").value_or("").empty();
    Order order;
    for (const auto* r : exam.panel.of(d.layers)) {
      if (rung == 0 && r->knobs.temperature > 1 &&
          !r->owned.contains("temperature")) {
        order.acts.push_back(
            move_knob(*r, Lever::kTemperature, r->knobs.temperature, 1));
      }
      if (rung <= 1 && noisy && r->knobs.noise > 0 &&
          !r->owned.contains("noise")) {
        order.acts.push_back(move_knob(
            *r, Lever::kNoise, r->knobs.noise, kNoiseTimes * r->knobs.noise));
      }
    }
    order.test = {
        .statistic = "token-entropy",
        .layers = d.layers,
        .threshold = kUniform,
        .windows = 12};
    return order;
  }

  [[nodiscard]] std::string confirmed(
      const Exam& exam, const Diagnosis& d) const override {
    for (const auto* r : exam.panel.of(d.layers)) {
      if (r->knobs.temperature > 2) {
        return "the temperature is " + words::number(r->knobs.temperature);
      }
    }
    const auto perturbs = exam.record.words("moe.perturbs").value_or("");
    return perturbs.empty() ? "" : "routing is perturbed by " + perturbs;
  }
};

}  // namespace d08_sober_part

extern constinit const Variant<Treatment> d08_sober = {
    .info =
        {.name = "d08-sober",
         .summary = "temperature back to 1, less noise",
         .paper = ""},
    .make = make_plain<Treatment, d08_sober_part::Sober>};

}  // namespace moestro::treatments
