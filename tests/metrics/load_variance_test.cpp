// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

constexpr std::string_view kName = "load-variance";

LayerRecord split(int64_t a, int64_t b) {
  return {.counts = {.tokens = a + b, .demand = {a, b}}};
}

// Loads of 1.5 and 0.5 by turns: (4 * 0.25) / 3.
TEST(LoadVariance, is_that_of_each_expert_about_its_own_mean) {
  EXPECT_DOUBLE_EQ(
      over(kName, {split(3, 1), split(1, 3), split(3, 1), split(1, 3)}, 1),
      1. / 3);
  EXPECT_DOUBLE_EQ(over(kName, {split(3, 1), split(3, 1)}, 1), 0);
}

// q = 1/2, T = 4: 0.5 / (4 * 0.5)
TEST(LoadVariance, expects_that_of_balanced_routing) {
  EXPECT_DOUBLE_EQ(expected(kName, split(2, 2), 1), 0.25);
}

TEST(LoadVariance, needs_two_steps) {
  EXPECT_TRUE(std::isnan(over(kName, {split(3, 1)}, 1)));
}

}  // namespace
}  // namespace moestro
