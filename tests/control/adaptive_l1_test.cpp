// SPDX-License-Identifier: Apache-2.0
// ReMoE's lambda.
#include "tests/control/control_fixture.h"

namespace moestro::test {
namespace {

const std::string_view kLosses[] = {"z", "l1-balanced", "l1"};
const Controller::Site kSite = {.num_layers = 2, .top_k = 2, .losses = kLosses};

double lambda(const LayerState& layer) {
  return layer.knobs.loss_weight[1];
}

TEST(adaptive_l1, grows_while_too_many_experts_are_active) {
  const auto controller = make_controller("adaptive-l1", kSite);
  LayerState layer({10, 10, 1, 0}, 10);
  step_once(*controller, layer);
  EXPECT_DOUBLE_EQ(lambda(layer), 1.2e-8);
  step_once(*controller, layer);
  EXPECT_DOUBLE_EQ(lambda(layer), 1.44e-8);
}

TEST(adaptive_l1, shrinks_otherwise) {
  const auto controller = make_controller("adaptive-l1", kSite);
  LayerState layer({10, 10, 0, 0}, 10);
  step_once(*controller, layer);
  EXPECT_DOUBLE_EQ(lambda(layer), 1e-8 / 1.2);
}

TEST(adaptive_l1, is_one_number_for_all_layers) {
  const auto controller = make_controller("adaptive-l1", kSite);
  LayerState dense({10, 10, 10, 10}, 10), sparse({1, 0, 0, 0}, 10);
  std::vector<LayerControl> layers = {dense.control(), sparse.control()};
  controller->step(0, layers);
  EXPECT_DOUBLE_EQ(lambda(dense), 1.2e-8);
  EXPECT_DOUBLE_EQ(lambda(sparse), 1.2e-8);
}

TEST(adaptive_l1, moves_the_loss_that_it_names) {
  const auto controller =
      make_controller("adaptive-l1", kSite, {{"loss", std::string_view("l1")}});
  EXPECT_EQ(controller->claims(), std::vector<std::string>{"loss_weight.l1"});
  LayerState layer({10, 10, 10, 10}, 10);
  step_once(*controller, layer);
  EXPECT_DOUBLE_EQ(layer.knobs.loss_weight[2], 1.2e-8);
}

TEST(adaptive_l1, saves_lambda) {
  const auto controller = make_controller("adaptive-l1", kSite);
  LayerState layer({10, 10, 10, 10}, 10);
  step_once(*controller, layer);
  const auto state = saved(*controller);
  ASSERT_EQ(state.size(), 1);
  EXPECT_EQ(state[0].first, "lambda");
  EXPECT_EQ(state[0].second, std::vector<double>{lambda(layer)});
}

}  // namespace
}  // namespace moestro::test
