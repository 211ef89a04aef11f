// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/treating.h"

namespace moestro {
namespace {

constexpr auto kName = "d03-balance";

TEST(Balance, where_nothing_balances_every_layer_gets_a_controller) {
  Made made;
  EXPECT_EQ(
      made.acts(kName), "bias_rate (sign-bias) of layers 0, 1: none -> 0.01");
  EXPECT_NE(made.sign(kName), "");
}

TEST(Balance, the_success_is_a_fall_of_the_worst_layer) {
  const auto order = Made().plan(kName).value_or(Order{});
  EXPECT_EQ(order.test.statistic, "max-vio");
  EXPECT_NEAR(order.test.threshold, 0.6 * 2.4, 1e-12);
}

TEST(Balance, a_layer_with_a_controller_keeps_it_and_the_loss_weighs_more) {
  Made made;
  made.give_loss("switch", 0.002);
  made.layer(1).balancer = "sign-bias";
  made.layer(1).owned = {"bias"};
  EXPECT_EQ(made.acts(kName), "nothing");
  EXPECT_EQ(
      made.acts(kName, 1), "loss_weight (switch) of layer 1: 0.002 -> 0.02");
}

TEST(Balance, a_weight_is_never_raised_beyond_its_bound_or_against_its_owner) {
  Made made;
  made.give_loss("switch", 0.09);
  EXPECT_EQ(
      made.acts(kName, 1), "loss_weight (switch) of layer 1: 0.09 -> 0.1");
  made.layer(1).owned = {"loss_weight.switch"};
  EXPECT_EQ(made.acts(kName, 1), "nothing");
}

TEST(Balance, a_z_loss_is_no_balance_loss) {
  Made made;
  made.give_loss("z", 0.001);
  EXPECT_EQ(made.acts(kName, 1), "nothing");
  EXPECT_NE(made.sign(kName), "");
}

}  // namespace
}  // namespace moestro
