// SPDX-License-Identifier: Apache-2.0
// What tests of controllers share. Torch-free.
#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "moestro/base/error.h"
#include "moestro/base/registry.h"
#include "moestro/control/controller.h"

namespace moestro::test {

using Settings = std::vector<std::pair<std::string_view, Value>>;

inline std::unique_ptr<Controller> make_controller(
    std::string_view name,
    const Controller::Site& site = {},
    const Settings& settings = {}) {
  Registry registry;
  registry.add_all<Controller>();
  const auto& variant = registry.at<Controller>(name);
  std::vector<std::pair<const Param*, Value>> given;
  for (const auto& [key, value] : settings) {
    for (const auto& param : variant.info.params) {
      if (param.name == key) {
        given.emplace_back(&param, value);
      }
    }
  }
  EXPECT_EQ(given.size(), settings.size()) << "an unknown parameter";
  return variant.make(given, site);
}

// One layer and what a controller sees of it.
struct LayerState {
  explicit LayerState(std::vector<int64_t> demand, int64_t tokens = 0)
      : layout(uniform_layout(static_cast<int64_t>(demand.size()))) {
    knobs.bias.assign(demand.size(), 0.0F);
    totals.counts.tokens = tokens;
    totals.counts.demand = std::move(demand);
  }
  [[nodiscard]] LayerControl control() { return {totals, layout, knobs}; }

  Totals totals;
  Layout layout;
  Knobs knobs;
};

inline void step_once(
    Controller& controller, LayerState& layer, int64_t at = 0) {
  std::vector<LayerControl> layers = {layer.control()};
  controller.step(at, layers);
}

inline std::vector<std::pair<std::string, std::vector<double>>> saved(
    Controller& controller) {
  std::vector<std::pair<std::string, std::vector<double>>> all;
  controller.state([&](std::string_view name, std::vector<double>& value) {
    all.emplace_back(name, value);
  });
  return all;
}

inline double mean_of(const std::vector<float>& values) {
  double sum = 0;
  for (const auto value : values) {
    sum += value;
  }
  return sum / static_cast<double>(values.size());
}

}  // namespace moestro::test
