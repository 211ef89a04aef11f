// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/treating.h"

namespace moestro {
namespace {

constexpr auto kName = "d06-perturb";

TEST(Perturb, the_experts_of_the_layer_get_noise_and_more_the_second_time) {
  const Made made;
  EXPECT_EQ(made.acts(kName), "perturb of layer 1: every expert, noise of 0.1");
  EXPECT_EQ(
      made.acts(kName, 1), "perturb of layer 1: every expert, noise of 0.2");
  EXPECT_EQ(made.acts(kName, 2), "nothing");
}

TEST(Perturb, equal_weights_are_a_sign_of_their_own) {
  Made made;
  made.window.layers[1].means["up/weight_cosine_mean"] = 0.2;
  EXPECT_EQ(made.sign(kName), "");
  made.window.layers[1].means["up/weight_cosine_mean"] = 1;
  EXPECT_NE(made.sign(kName), "");
}

}  // namespace
}  // namespace moestro
