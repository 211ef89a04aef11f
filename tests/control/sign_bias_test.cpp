// SPDX-License-Identifier: Apache-2.0
// The sign rule of loss-free balancing.
#include "tests/control/control_fixture.h"

namespace moestro::test {
namespace {

TEST(sign_bias, moves_towards_the_target_by_its_rate) {
  const auto controller = make_controller("sign-bias", {}, {{"rate", 0.25}});
  LayerState layer({6, 2, 4, 4});
  step_once(*controller, layer);
  EXPECT_EQ(layer.knobs.bias, (std::vector<float>{-0.25F, 0.25F, 0, 0}));
}

TEST(sign_bias, stays_when_nobody_asked) {
  const auto controller = make_controller("sign-bias");
  LayerState layer({0, 0, 0});
  step_once(*controller, layer);
  EXPECT_EQ(layer.knobs.bias, (std::vector<float>{0, 0, 0}));
}

TEST(sign_bias, balanced_thirds_do_not_move) {
  const auto controller = make_controller("sign-bias");
  LayerState layer({7, 7, 7});
  step_once(*controller, layer);
  EXPECT_EQ(layer.knobs.bias, (std::vector<float>{0, 0, 0}));
}

TEST(sign_bias, follows_unequal_targets) {
  const auto controller = make_controller("sign-bias", {}, {{"rate", 1.0}});
  LayerState layer({6, 2});
  layer.layout.target = {0.75, 0.25};
  step_once(*controller, layer);
  EXPECT_EQ(layer.knobs.bias, (std::vector<float>{0, 0}));
}

TEST(sign_bias, r22_mean_stays_zero_over_a_long_run) {
  const auto controller = make_controller("sign-bias");
  LayerState layer({9, 1, 1, 1, 4, 4, 4, 8});
  for (int64_t step = 0; step < 5000; ++step) {
    layer.totals.counts.demand[static_cast<size_t>(step % 8)] += step % 5;
    step_once(*controller, layer, step);
    ASSERT_NEAR(mean_of(layer.knobs.bias), 0, 1e-6) << step;
  }
}

// R24: one expert over, one under, so that centring does not cancel. In bf16
// the bias would stall at 0.5 after 383 steps.
TEST(sign_bias, r24_a_thousand_steps_of_a_thousandth_are_one) {
  const auto controller = make_controller("sign-bias", {}, {{"rate", 1e-3}});
  LayerState layer({9, 1});
  for (int64_t step = 0; step < 1000; ++step) {
    step_once(*controller, layer, step);
  }
  EXPECT_NEAR(layer.knobs.bias[0], -1.0, 1e-4);
  EXPECT_NEAR(layer.knobs.bias[1], 1.0, 1e-4);
  for (int64_t step = 0; step < 1000; ++step) {
    step_once(*controller, layer, step);
  }
  EXPECT_NEAR(layer.knobs.bias[1], 2.0, 2e-4);
}

TEST(sign_bias, owns_the_bias) {
  EXPECT_EQ(
      make_controller("sign-bias")->claims(), std::vector<std::string>{"bias"});
}

// R39 (Megatron-LM#6802): the state says that the bias is added.
TEST(sign_bias, refuses_a_state_of_the_other_sign) {
  const auto controller = make_controller("sign-bias");
  controller->state([](std::string_view name, std::vector<double>& value) {
    EXPECT_EQ(name, "bias_sign");
    value = {-1};
  });
  LayerState layer({9, 1});
  EXPECT_THROW(step_once(*controller, layer), Error);
}

}  // namespace
}  // namespace moestro::test
