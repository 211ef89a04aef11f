// SPDX-License-Identifier: Apache-2.0
// D06, experts are copies of each other: noise on all of them, so that they
// part; twice as much when that was too little.
#include <algorithm>

#include "moestro/diagnose/treatment.h"
#include "moestro/diagnose/words.h"

namespace moestro::treatments {
namespace d06_perturb_part {

constexpr double kNoise = 0.1, kAlike = 0.95;

static double weight_cosine(const LayerWindow& w) {
  double most = 0;
  for (const auto& [name, value] : w.means) {
    most = name.ends_with("/weight_cosine_mean") ? std::max(most, value) : most;
  }
  return most;
}

class Perturb final : public Treatment {
 public:
  explicit Perturb(const Site&) {}

  [[nodiscard]] std::optional<Order> plan(
      const Exam& exam, const Diagnosis& d, int64_t rung) const override {
    if (rung > 1) {
      return std::nullopt;
    }
    Order order;
    for (const auto* r : exam.panel.of(d.layers)) {
      order.acts.push_back(
          {.lever = Lever::kPerturb,
           .layer = r->layer,
           .routing = r->routing,
           .after = {rung == 0 ? kNoise : 2 * kNoise}});
    }
    order.test = {
        .statistic = "output-similarity",
        .layers = d.layers,
        .threshold = kAlike,
        .windows = windows_of(exam.record, "train.eval_every")};
    return order;
  }

  [[nodiscard]] std::string confirmed(
      const Exam& exam, const Diagnosis& d) const override {
    for (const auto& w : exam.window.layers) {
      const bool named = std::ranges::find(d.layers, w.layer) != d.layers.end();
      const double cosine = weight_cosine(w);
      if (named && cosine > kAlike) {
        return words::layer(w.layer, w.routing) +
               ": cosine of the experts' weights " + words::number(cosine);
      }
    }
    return "";
  }
};

}  // namespace d06_perturb_part

extern constinit const Variant<Treatment> d06_perturb = {
    .info =
        {.name = "d06-perturb",
         .summary = "noise on experts that are copies of each other",
         .paper = ""},
    .make = make_plain<Treatment, d06_perturb_part::Perturb>};

}  // namespace moestro::treatments
