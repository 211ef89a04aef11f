// SPDX-License-Identifier: Apache-2.0
#include "moestro/record/rank_spread.h"

#include <gtest/gtest.h>

namespace moestro {
namespace {

Counts counts(std::vector<int64_t> demand_E) {
  return {.tokens = 100, .demand = std::move(demand_E)};
}

TEST(RankSpread, ranks_that_are_alike_do_not_vary) {
  const auto spread = rank_spread(
      {{0, counts({50, 50})}, {1, counts({50, 50})}, {2, counts({50, 50})}});
  ASSERT_TRUE(spread);
  EXPECT_EQ(spread->dispersion, 0);
}

// Shares are a half: strays of 0, 10 and 10 tokens, each of variance 25.
TEST(RankSpread, is_the_variance_over_that_of_independent_tokens) {
  const auto spread = rank_spread(
      {{0, counts({50, 50})}, {4, counts({60, 40})}, {7, counts({40, 60})}});
  ASSERT_TRUE(spread);
  EXPECT_DOUBLE_EQ(spread->dispersion, 4);
}

TEST(RankSpread, names_the_rank_that_went_its_own_way) {
  const auto spread = rank_spread(
      {{0, counts({50, 50})}, {4, counts({55, 45})}, {7, counts({90, 10})}});
  ASSERT_TRUE(spread);
  EXPECT_EQ(spread->furthest, 7);
}

TEST(RankSpread, one_rank_has_nobody_to_differ_from) {
  EXPECT_FALSE(rank_spread({{0, counts({50, 50})}}));
  EXPECT_FALSE(rank_spread(
      {{0, counts({50, 50})}, {1, {.tokens = 0, .demand = {0, 0}}}}));
}

}  // namespace
}  // namespace moestro
