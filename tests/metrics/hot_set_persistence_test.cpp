// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

constexpr std::string_view kName = "hot-set-persistence";

// Twenty experts, 100 pairs each but for two busy ones.
LayerRecord step_with_hot(size_t a, size_t b) {
  LayerRecord record{
      .counts = {.tokens = 1000, .demand = std::vector<int64_t>(20, 100)}};
  record.counts.demand[a] = record.counts.demand[b] = 300;
  return record;
}

TEST(HotSetPersistence, is_one_when_the_busy_stay_busy) {
  EXPECT_EQ(over(kName, {step_with_hot(3, 7), step_with_hot(3, 7)}), 1);
}

TEST(HotSetPersistence, is_the_share_that_both_halves_have_in_common) {
  EXPECT_DOUBLE_EQ(
      over(kName, {step_with_hot(3, 7), step_with_hot(3, 8)}), 1. / 3);
  EXPECT_EQ(over(kName, {step_with_hot(1, 2), step_with_hot(3, 4)}), 0);
}

TEST(HotSetPersistence, sums_the_loads_of_a_half) {
  EXPECT_EQ(
      over(
          kName,
          {step_with_hot(3, 7),
           step_with_hot(3, 7),
           step_with_hot(3, 7),
           step_with_hot(3, 7)}),
      1);
}

// Two of 20: both with chance 1 / 190, one with 36 / 190.
TEST(HotSetPersistence, expects_what_random_sets_share) {
  EXPECT_NEAR(expected(kName, step_with_hot(0, 1)), (1 + 36. / 3) / 190, 1e-12);
}

TEST(HotSetPersistence, needs_two_steps_in_which_somebody_is_chosen) {
  EXPECT_TRUE(std::isnan(over(kName, {step_with_hot(3, 7)})));
  EXPECT_TRUE(std::isnan(over(kName, {})));
  EXPECT_TRUE(std::isnan(over(
      kName,
      {{.counts = {.demand = {0, 0}}, .mass = {1, 2}},
       {.counts = {.demand = {0, 0}}, .mass = {1, 2}}})));
}

}  // namespace
}  // namespace moestro
