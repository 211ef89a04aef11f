// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/treating.h"

namespace moestro {
namespace {

constexpr auto kName = "d12-revive";

TEST(D12Revive, first_the_bias_of_the_starved_is_raised_once) {
  Made made;
  made.layer(1).balancer = "sign-bias";
  made.layer(1).owned = {"bias"};
  made.layer(1).bias_rate = 1e-3;
  made.layer(1).knobs.bias = {-0.5, 0, 0.5, 0};
  EXPECT_EQ(
      made.acts(kName),
      "bias of layer 1: an offset, once, on whatever moves it: expert 2 +0.25, "
      "expert 3 +0.25");
}

TEST(D12Revive, then_the_coldest_becomes_a_copy_of_the_busiest) {
  const auto order = Made().plan(kName, 1).value_or(Order{});
  EXPECT_EQ(
      text_of(order.acts),
      "revive of layer 1: expert 3 becomes a copy of expert 0 with noise of "
      "0.05");
  EXPECT_EQ(order.test.expert, 3);
}

TEST(D12Revive, a_controller_of_the_whole_bias_is_not_worked_against) {
  Made made;
  made.layer(1).balancer = "quantile";
  made.layer(1).owned = {"bias"};
  EXPECT_EQ(made.acts(kName), "nothing");
}

TEST(D12Revive, nobody_starves_nothing_is_done) {
  Made made;
  made.load(1, {1, 1, 1, 1});
  EXPECT_EQ(made.acts(kName, 1), "nothing");
}

}  // namespace
}  // namespace moestro
