// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/treating.h"

namespace moestro {
namespace {

constexpr auto kName = "d07-ease";

TEST(Ease, the_balance_loss_of_the_layer_weighs_a_tenth) {
  Made made;
  made.give_loss("switch", 10);
  EXPECT_EQ(made.acts(kName), "loss_weight (switch) of layer 1: 10 -> 1");
  EXPECT_EQ(made.sign(kName), "the weight of switch is 10");
}

TEST(Ease, what_a_controller_moves_is_its_own) {
  Made made;
  made.give_loss("switch", 10);
  made.layer(1).owned = {"loss_weight.switch"};
  EXPECT_EQ(made.acts(kName), "nothing");
}

}  // namespace
}  // namespace moestro
