// SPDX-License-Identifier: Apache-2.0
// A made patient, and what one treatment would do about it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "moestro/diagnose/treatment.h"
#include "tests/diagnose/judging.h"

namespace moestro {

// Two layers of four experts, layer 1 uneven, of a run of 1000 steps.
struct Made {
  Case record = case_of({});
  RunWindow window{.number = 9, .step = 500};
  Panel panel;
  Diagnosis diagnosis{.id = "D00", .confidence = 0.9, .layers = {1}};

  Made() {
    record.facts.steps = 1000;
    for (int32_t l = 0; l < 2; ++l) {
      panel.routings.push_back({.layer = l});
      window.layers.push_back({.layer = l});
      load(l, {1, 1, 1, 1});
    }
    load(1, {3.4, 0.5, 0.1, 0});
    window.means["loss/lm"] = 2;
    record.run = {{.loss = 2.5}, {.loss = 2}, {.loss = 2}};
  }

  [[nodiscard]] RoutingPanel& layer(int32_t l) {
    return panel.routings[static_cast<size_t>(l)];
  }
  void load(int32_t l, std::vector<double> load_E) {
    window.layers[static_cast<size_t>(l)].load = load_E;
    auto& history = record.layers[{l, ""}];
    history.briefs.push_back({.max_vio = 1});
    history.recent_loads = {std::move(load_E)};
  }
  void give_loss(const std::string& name, double weight) {
    for (auto& r : panel.routings) {
      r.losses = {name};
      r.knobs.loss_weight = {weight};
    }
  }
  [[nodiscard]] Exam exam() const { return {record, window, panel}; }
  [[nodiscard]] std::optional<Order> plan(
      std::string_view treatment, int64_t rung = 0) const {
    const auto registry = core_registry();
    auto order = registry.at<Treatment>(treatment).make({}, {})->plan(
        exam(), diagnosis, rung);
    return order && order->acts.empty() ? std::nullopt : order;
  }
  // What the acts say, or "nothing".
  [[nodiscard]] std::string acts(
      std::string_view treatment, int64_t rung = 0) const {
    const auto order = plan(treatment, rung);
    return order ? text_of(order->acts) : "nothing";
  }
  [[nodiscard]] std::string sign(std::string_view treatment) const {
    const auto registry = core_registry();
    return registry.at<Treatment>(treatment).make({}, {})->confirmed(
        exam(), diagnosis);
  }
};

}  // namespace moestro
