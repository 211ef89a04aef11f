// SPDX-License-Identifier: Apache-2.0
// The un-signed rule of loss-free balancing.
#include "tests/control/control_fixture.h"

namespace moestro::test {
namespace {

TEST(error_bias, moves_in_proportion_to_the_missing_load) {
  const auto controller = make_controller("error-bias", {}, {{"rate", 0.5}});
  LayerState layer({6, 2, 4, 4});
  step_once(*controller, layer);
  EXPECT_EQ(layer.knobs.bias, (std::vector<float>{-0.25F, 0.25F, 0, 0}));
}

TEST(error_bias, does_not_depend_on_the_batch_size) {
  const auto controller = make_controller("error-bias");
  LayerState small({6, 2}), large({6000, 2000});
  step_once(*controller, small);
  step_once(*controller, large);
  EXPECT_EQ(small.knobs.bias, large.knobs.bias);
}

TEST(error_bias, r22_mean_stays_zero) {
  const auto controller = make_controller("error-bias");
  LayerState layer({9, 1, 1, 5});
  for (int64_t step = 0; step < 1000; ++step) {
    step_once(*controller, layer, step);
    ASSERT_NEAR(mean_of(layer.knobs.bias), 0, 1e-6);
  }
}

}  // namespace
}  // namespace moestro::test
