// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

TEST(MaxVio, is_the_largest_load_over_the_mean_minus_one) {
  EXPECT_DOUBLE_EQ(
      measure("max-vio", {.counts = {.demand = {6, 1, 1, 0}}}), 2.0);
}

TEST(MaxVio, judges_the_mass_where_nobody_is_chosen) {
  EXPECT_DOUBLE_EQ(measure("max-vio", {.mass = {1.5, 0.5}}), 0.5);
}

TEST(MaxVio, is_unknown_without_pairs) {
  EXPECT_TRUE(std::isnan(measure("max-vio", {.counts = {.demand = {0, 0}}})));
}

}  // namespace
}  // namespace moestro
