// SPDX-License-Identifier: Apache-2.0
// What every registered controller keeps to.
#include "tests/control/control_fixture.h"

namespace moestro::test {
namespace {

const std::string_view kLosses[] = {"switch", "l1-balanced"};
const Controller::Site kSite = {
    .num_layers = 1, .top_k = 2, .num_steps = 50, .losses = kLosses};

LayerState layer_at(int64_t step) {
  LayerState layer({9 + step % 3, 1, 4, 6}, 10);
  layer.knobs.loss_weight = {0.1, 0.2};
  return layer;
}

void expect_equal(const Knobs& a, const Knobs& b) {
  EXPECT_EQ(a.bias, b.bias);
  EXPECT_EQ(a.k, b.k);
  EXPECT_EQ(a.temperature, b.temperature);
  EXPECT_EQ(a.noise, b.noise);
  EXPECT_EQ(a.capacity, b.capacity);
  EXPECT_EQ(a.loss_weight, b.loss_weight);
}

void run(Controller& controller, Knobs& knobs, int64_t begin, int64_t end) {
  for (int64_t step = begin; step < end; ++step) {
    auto layer = layer_at(step);
    layer.knobs = knobs;
    step_once(controller, layer, step);
    knobs = layer.knobs;
  }
}

TEST(every_controller, goes_on_bit_for_bit_from_its_saved_state) {
  for (const auto* variant : variants<Controller>()) {
    SCOPED_TRACE(variant->info.name);
    auto whole = layer_at(0).knobs;
    run(*variant->make({}, kSite), whole, 0, 20);
    auto halves = layer_at(0).knobs;
    const auto first = variant->make({}, kSite);
    run(*first, halves, 0, 10);
    const auto state = saved(*first);
    const auto second = variant->make({}, kSite);
    size_t next = 0;
    second->state([&](std::string_view name, std::vector<double>& value) {
      ASSERT_EQ(name, state[next].first);
      value = state[next++].second;
    });
    run(*second, halves, 10, 20);
    expect_equal(whole, halves);
  }
}

TEST(every_controller, moves_only_what_it_claims) {
  for (const auto* variant : variants<Controller>()) {
    SCOPED_TRACE(variant->info.name);
    const auto controller = variant->make({}, kSite);
    ASSERT_FALSE(controller->claims().empty());
    auto want = layer_at(0).knobs, knobs = want;
    run(*controller, knobs, 0, 3);
    for (const auto& claim : controller->claims()) {
      if (claim == "bias") {
        want.bias = knobs.bias;
      } else if (claim == "loss_weight.switch") {
        want.loss_weight[0] = knobs.loss_weight[0];
      } else if (claim == "loss_weight.l1-balanced") {
        want.loss_weight[1] = knobs.loss_weight[1];
      }
    }
    expect_equal(want, knobs);
  }
}

TEST(every_controller, accepts_a_step_without_layers_or_tokens) {
  for (const auto* variant : variants<Controller>()) {
    SCOPED_TRACE(variant->info.name);
    const auto controller = variant->make({}, kSite);
    controller->step(0, {});
    LayerState layer({0, 0, 0, 0});
    step_once(*controller, layer);
    EXPECT_EQ(layer.knobs.bias, (std::vector<float>(4, 0.0F)));
  }
}

TEST(every_controller, describes_itself) {
  for (const auto* variant : variants<Controller>()) {
    EXPECT_FALSE(variant->info.summary.empty());
    for (const auto& param : variant->info.params) {
      EXPECT_FALSE(param.meaning.empty());
    }
  }
}

}  // namespace
}  // namespace moestro::test
