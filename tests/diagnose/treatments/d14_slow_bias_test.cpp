// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/treating.h"

namespace moestro {
namespace {

constexpr auto kName = "d14-slow-bias";

TEST(SlowBias, the_same_controller_at_a_tenth) {
  Made made;
  made.layer(1).balancer = "sign-bias";
  made.layer(1).bias_rate = 0.1;
  EXPECT_EQ(made.acts(kName), "bias_rate (sign-bias) of layer 1: 0.1 -> 0.01");
  EXPECT_NE(made.sign(kName), "");
}

TEST(SlowBias, a_runaway_starts_from_nothing_at_a_sane_rate) {
  Made made;
  made.layer(1).balancer = "sign-bias";
  made.layer(1).bias_rate = 1;
  made.layer(1).knobs.bias = {2, -1, 0, 0};
  EXPECT_EQ(
      made.acts(kName),
      "bias_rate (sign-bias) of layer 1: 1 -> 0.01; bias of layer 1: back to "
      "0");
}

TEST(SlowBias, without_a_rate_there_is_nothing_to_lower) {
  EXPECT_EQ(Made().acts(kName), "nothing");
}

}  // namespace
}  // namespace moestro
