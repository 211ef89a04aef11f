// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

TEST(DeadExperts, counts_those_below_a_twentieth_of_the_mean) {
  EXPECT_EQ(
      measure("dead-experts", {.counts = {.demand = {92, 96, 10, 2}}}), 1);
}

TEST(DeadExperts, sums_the_loads_of_several_steps_first) {
  EXPECT_EQ(
      over(
          "dead-experts",
          {{.counts = {.demand = {9, 0}}}, {.counts = {.demand = {0, 9}}}}),
      0);
}

TEST(DeadExperts, judges_the_mass_where_nobody_is_chosen) {
  EXPECT_EQ(over("dead-experts", {{.mass = {1, 0}}, {.mass = {1, 0}}}), 1);
}

TEST(DeadExperts, is_unknown_without_pairs) {
  EXPECT_TRUE(std::isnan(over("dead-experts", {})));
}

}  // namespace
}  // namespace moestro
