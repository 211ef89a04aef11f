// SPDX-License-Identifier: Apache-2.0
// D12, a few experts starve: first their bias is raised once, which a
// controller of the bias then goes on from; then one of them, the coldest, is
// made a copy of the busiest. No controlled study of revival is known (the
// nearest is expert upcycling), so it is one canary at a time.
#include <algorithm>
#include <cmath>

#include "moestro/diagnose/treatment.h"

namespace moestro::treatments {
namespace d12_revive_part {

constexpr double kStarved = 0.25, kEnough = 0.5;
constexpr double kLeastRaise = 20, kMostRaise = 0.25;  // rates; score
constexpr double kNoise = 0.05;

struct Patient {
  const RoutingPanel* r = nullptr;
  const std::vector<double>* load_E = nullptr;
  int32_t coldest = 0, busiest = 0;
};

// The layer with the coldest expert.
static Patient patient(const Exam& exam, const Diagnosis& d) {
  Patient worst;
  double least = kStarved;
  for (const auto* r : exam.panel.of(d.layers)) {
    const auto found = exam.record.layers.find(r->key());
    if (found == exam.record.layers.end()) {
      continue;
    }
    const auto& load_E = found->second.last_load();
    const auto cold = std::ranges::min_element(load_E);
    if (*cold < least) {
      least = *cold;
      worst = {
          r,
          &load_E,
          static_cast<int32_t>(cold - load_E.begin()),
          static_cast<int32_t>(
              std::ranges::max_element(load_E) - load_E.begin())};
    }
  }
  return worst;
}

// A controller of the whole bias would take an offset back at once.
static bool can_raise(const RoutingPanel& r) {
  return r.balancer.empty() ? !r.owned.contains("bias")
                            : std::isfinite(r.bias_rate);
}

static Act raise(const Patient& p) {
  const auto experts = static_cast<double>(p.load_E->size());
  const double rate = std::isfinite(p.r->bias_rate) ? p.r->bias_rate : 0;
  const double by = std::clamp(kLeastRaise * rate, 1 / experts, kMostRaise);
  auto act = move_bias(*p.r);
  act.before.resize(p.load_E->size(), 0);
  act.after = act.before;
  for (size_t e = 0; e < p.load_E->size(); ++e) {
    act.after[e] += (*p.load_E)[e] < kStarved ? by : 0;
  }
  return act;
}

// What the controller had piled up for the dead expert would flood the copy.
static Act level(const Patient& p) {
  auto act = move_bias(*p.r);
  act.after.at(static_cast<size_t>(p.coldest)) =
      act.before.at(static_cast<size_t>(p.busiest));
  return act;
}

static Act revive(const Patient& p) {
  return {
      .lever = Lever::kRevive,
      .layer = p.r->layer,
      .routing = p.r->routing,
      .expert = p.coldest,
      .after = {static_cast<double>(p.busiest), kNoise}};
}

class Revive final : public Treatment {
 public:
  explicit Revive(const Site&) {}

  [[nodiscard]] std::optional<Order> plan(
      const Exam& exam, const Diagnosis& d, int64_t rung) const override {
    const auto who = patient(exam, d);
    if (who.r == nullptr || rung > 3 || (rung == 0 && !can_raise(*who.r))) {
      return std::nullopt;
    }
    Order order;
    order.acts.push_back(rung == 0 ? raise(who) : revive(who));
    if (rung > 0 && !who.r->knobs.bias.empty() && can_raise(*who.r)) {
      order.acts.push_back(level(who));
    }
    order.test = {
        .statistic = "load",
        .layers = {who.r->layer},
        .expert = who.coldest,
        .below = false,
        .threshold = kEnough};
    return order;
  }
};

}  // namespace d12_revive_part

extern constinit const Variant<Treatment> d12_revive = {
    .info =
        {.name = "d12-revive",
         .summary = "raises the bias of experts that starve, then revives one",
         .paper = ""},
    .make = make_plain<Treatment, d12_revive_part::Revive>};

}  // namespace moestro::treatments
