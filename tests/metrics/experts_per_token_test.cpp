// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

TEST(ExpertsPerToken, divides_the_pairs_by_the_tokens) {
  const LayerRecord record{.counts = {.tokens = 8, .demand = {9, 3}}};
  EXPECT_DOUBLE_EQ(measure("experts-per-token", record), 1.5);
  EXPECT_DOUBLE_EQ(expected("experts-per-token", record, 2), 2);
}

TEST(ExpertsPerToken, weighs_steps_by_their_tokens) {
  EXPECT_DOUBLE_EQ(
      over(
          "experts-per-token",
          {{.counts = {.tokens = 1, .demand = {4}}},
           {.counts = {.tokens = 3, .demand = {4}}}}),
      2);
}

TEST(ExpertsPerToken, is_unknown_where_nobody_is_chosen) {
  EXPECT_TRUE(std::isnan(measure(
      "experts-per-token",
      {.counts = {.tokens = 8, .demand = {0, 0}}, .mass = {4, 4}})));
}

}  // namespace
}  // namespace moestro
