// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/treating.h"

namespace moestro {
namespace {

constexpr auto kName = "d04-slow-router";

TEST(SlowRouter, learns_at_a_third_and_is_clipped) {
  EXPECT_EQ(
      Made().acts(kName), "router_lr_scale: 1 -> 0.3; router_clip: 0 -> 1");
}

TEST(SlowRouter, the_dose_has_an_end) {
  Made made;
  made.panel.run.router_lr_scale = 0.02;
  EXPECT_EQ(made.acts(kName), "nothing");
}

TEST(SlowRouter, a_high_rate_in_force_is_a_sign_of_its_own) {
  Made made;
  EXPECT_EQ(made.sign(kName), "");
  made.panel.run.router_lr_scale = 30;
  EXPECT_NE(made.sign(kName), "");
}

}  // namespace
}  // namespace moestro
