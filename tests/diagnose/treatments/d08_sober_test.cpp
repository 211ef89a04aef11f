// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/treating.h"

namespace moestro {
namespace {

constexpr auto kName = "d08-sober";

TEST(Sober, the_temperature_goes_back_to_one) {
  Made made;
  made.layer(1).knobs.temperature = 20;
  EXPECT_EQ(made.acts(kName), "temperature of layer 1: 20 -> 1");
  EXPECT_NE(made.sign(kName), "");
}

TEST(Sober, noise_is_lowered_only_where_routing_is_perturbed) {
  Made made;
  EXPECT_EQ(made.acts(kName), "nothing");
  made.record.facts.config = "[moe]\nperturbs = [\"gaussian\"]\n";
  EXPECT_EQ(made.acts(kName), "noise of layer 1: 1 -> 0.1");
}

}  // namespace
}  // namespace moestro
