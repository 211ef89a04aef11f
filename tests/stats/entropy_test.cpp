// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/entropy.h"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "moestro/base/error.h"

namespace moestro {
namespace {

TEST(Entropy, of_shares_in_nats) {
  const double even[] = {5, 5, 5, 5};
  EXPECT_NEAR(entropy_nats(even), std::log(4), 1e-12);
  const double one[] = {0, 3, 0};
  EXPECT_EQ(entropy_nats(one), 0);
  const double none[] = {0, 0};
  EXPECT_TRUE(std::isnan(entropy_nats(none)));
}

// 40 draws from 8 even cells: the plug-in falls 7 / 80 nats short.
TEST(Entropy, of_counts_is_freed_of_most_of_its_bias) {
  std::mt19937_64 random(1);
  std::uniform_int_distribution<size_t> cell(0, 7);
  constexpr int kRounds = 2000;
  double plug_in = 0, corrected = 0;
  for (int r = 0; r < kRounds; ++r) {
    std::vector<int64_t> counts(16);  // eight cells are never used
    for (int i = 0; i < 40; ++i) {
      ++counts[cell(random)];
    }
    plug_in += entropy_nats(std::vector<double>(counts.begin(), counts.end()));
    corrected += entropy_of_counts(counts);
  }
  EXPECT_NEAR(plug_in / kRounds, std::log(8) - 7 / 80.0, 0.015);
  EXPECT_NEAR(corrected / kRounds, std::log(8), 0.01);
}

TEST(Entropy, of_counts_stays_below_that_of_an_even_table) {
  const int64_t two[] = {1, 1};
  EXPECT_EQ(entropy_of_counts(two), std::log(2));
  const int64_t none[] = {0, 0};
  EXPECT_TRUE(std::isnan(entropy_of_counts(none)));
}

TEST(Gini, goes_from_even_to_one_has_all) {
  const double even[] = {2, 2, 2};
  EXPECT_NEAR(gini(even), 0, 1e-15);
  const double all[] = {0, 0, 0, 9};
  EXPECT_DOUBLE_EQ(gini(all), 0.75);
  const double some[] = {4, 1, 3};  // (3 + 1 + 2) / (3 * 8)
  EXPECT_DOUBLE_EQ(gini(some), 0.25);
  EXPECT_TRUE(std::isnan(gini({})));
  const double below[] = {-1, 2};
  EXPECT_THROW((void)gini(below), ContractError);
}

}  // namespace
}  // namespace moestro
