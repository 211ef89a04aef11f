// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

constexpr std::string_view kName = "load-autocorrelation";

LayerRecord split(int64_t a, int64_t b) {
  return {.counts = {.tokens = a + b, .demand = {a, b}}};
}

// Residuals +-0.5 by turns: three products of -0.25 over four squares of 0.25.
TEST(LoadAutocorrelation, is_negative_where_loads_swing) {
  EXPECT_DOUBLE_EQ(
      over(kName, {split(3, 1), split(1, 3), split(3, 1), split(1, 3)}, 1),
      -0.75);
}

TEST(LoadAutocorrelation, is_positive_where_loads_stay) {
  EXPECT_DOUBLE_EQ(
      over(kName, {split(3, 1), split(3, 1), split(1, 3), split(1, 3)}, 1),
      0.25);
  EXPECT_DOUBLE_EQ(
      expected_over(
          kName, {split(3, 1), split(3, 1), split(1, 3), split(1, 3)}),
      -0.25);
}

TEST(LoadAutocorrelation, needs_three_steps_and_some_change) {
  EXPECT_TRUE(std::isnan(over(kName, {split(3, 1), split(1, 3)}, 1)));
  EXPECT_TRUE(
      std::isnan(over(kName, {split(2, 2), split(2, 2), split(2, 2)}, 1)));
}

}  // namespace
}  // namespace moestro
