// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/treating.h"

namespace moestro {
namespace {

constexpr auto kName = "d07-ease";

TEST(Ease, a_balance_loss_weighs_a_hundredth_or_what_is_usual) {
  Made made;
  made.give_loss("switch", 10);
  EXPECT_EQ(made.acts(kName), "loss_weight (switch) of layer 1: 10 -> 0.1");
  EXPECT_EQ(made.sign(kName), "the weight of switch is 10");
}

TEST(Ease, not_less_than_usual_and_of_that_a_tenth) {
  Made some;
  some.give_loss("switch", 0.5);
  EXPECT_EQ(some.acts(kName), "loss_weight (switch) of layer 1: 0.5 -> 0.01");
  Made usual;
  usual.give_loss("switch", 0.01);
  EXPECT_EQ(
      usual.acts(kName), "loss_weight (switch) of layer 1: 0.01 -> 0.001");
}

TEST(Ease, what_a_controller_moves_is_its_own) {
  Made made;
  made.give_loss("switch", 10);
  made.layer(1).owned = {"loss_weight.switch"};
  EXPECT_EQ(made.acts(kName), "nothing");
}

}  // namespace
}  // namespace moestro
