// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/similarity.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "moestro/base/error.h"

namespace moestro {
namespace {

TEST(Jaccard, counts_what_is_shared) {
  const int64_t a[] = {3, 1, 2}, b[] = {2, 3, 4}, twice[] = {1, 1};
  EXPECT_DOUBLE_EQ(jaccard(a, b), 0.5);
  EXPECT_EQ(jaccard(a, a), 1);
  EXPECT_EQ(jaccard(a, {}), 0);
  EXPECT_EQ(jaccard({}, {}), 1);
  EXPECT_THROW((void)jaccard(a, twice), ContractError);
}

TEST(Pearson, is_the_correlation) {
  const double x[] = {1, 2, 3, 4}, up[] = {10, 20, 30, 40},
               down[] = {4, 3, 2, 1}, flat[] = {2, 2, 2, 2},
               some[] = {1, 3, 2, 4}, few[] = {1, 2};
  EXPECT_DOUBLE_EQ(pearson(x, up), 1);
  EXPECT_DOUBLE_EQ(pearson(x, down), -1);
  EXPECT_DOUBLE_EQ(pearson(x, some), 0.8);
  EXPECT_TRUE(std::isnan(pearson(x, flat)));
  EXPECT_TRUE(std::isnan(pearson({}, {})));
  EXPECT_THROW((void)pearson(x, few), ContractError);
}

constexpr int64_t kExperts = 8, kTokens = 20'000;

// K experts at random for every token; with `merged`, 1 whenever 0 was chosen
// and there is room.
Table pairs(int64_t top_k, bool merged) {
  std::mt19937_64 random(3);
  std::vector<int64_t> order(kExperts);
  std::iota(order.begin(), order.end(), 0);
  Table together_EE(kExperts, kExperts);
  for (int64_t t = 0; t < kTokens; ++t) {
    std::ranges::shuffle(order, random);
    if (merged && order[0] == 0) {
      std::iter_swap(order.begin() + 1, std::ranges::find(order, 1));
    }
    for (int64_t i = 0; i < top_k * top_k; ++i) {
      together_EE.at(
          order[static_cast<size_t>(i / top_k)],
          order[static_cast<size_t>(i % top_k)]) += 1;
    }
  }
  return together_EE;
}

TEST(CoactivationLift, is_one_for_random_subsets_at_any_k) {
  for (const int64_t top_k : {2, 3, 7}) {
    const auto lift_EE = coactivation_lift(pairs(top_k, false), kTokens, top_k);
    for (int64_t b = 1; b < kExperts; ++b) {
      EXPECT_NEAR(lift_EE.at(0, b), 1, 0.1) << "K = " << top_k;
    }
    EXPECT_TRUE(std::isnan(lift_EE.at(2, 2)));
  }
}

TEST(CoactivationLift, finds_experts_that_go_together) {
  const auto lift_EE = coactivation_lift(pairs(2, true), kTokens, 2);
  EXPECT_GT(lift_EE.at(0, 1), 2);
  EXPECT_NEAR(lift_EE.at(0, 1), lift_EE.at(1, 0), 1e-12);
  EXPECT_LT(lift_EE.at(0, 2), 1);
}

TEST(CoactivationLift, refuses_tables_that_cannot_be) {
  Table lopsided(3, 3);
  lopsided.at(0, 1) = 1;
  EXPECT_THROW((void)coactivation_lift(lopsided, 5, 2), ContractError);
  EXPECT_THROW((void)coactivation_lift(Table(3, 2), 5, 2), ContractError);
  EXPECT_THROW((void)coactivation_lift(Table(3, 3), 5, 1), ContractError);
  EXPECT_THROW((void)coactivation_lift(Table(3, 3), 5, 3), ContractError);
  EXPECT_THROW((void)coactivation_lift(Table(3, 3), 0, 2), ContractError);
  EXPECT_TRUE(std::isnan(coactivation_lift(Table(3, 3), 5, 2).at(0, 1)));
}

}  // namespace
}  // namespace moestro
