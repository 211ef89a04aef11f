// SPDX-License-Identifier: Apache-2.0
// The table of simulated nulls: 1,000 to 20,000 repetitions a cell.
#include "moestro/stats/null.h"

#include <cmath>

#include <gtest/gtest.h>

namespace moestro {
namespace {

struct Cell {
  RoutingShape shape;
  double mean, q99;
};

class NullCell : public testing::TestWithParam<Cell> {};

TEST_P(NullCell, agrees_with_the_table) {
  const auto null = simulate_max_vio(GetParam().shape);
  EXPECT_NEAR(null.mean / GetParam().mean, 1, 0.03);
  EXPECT_NEAR(null.quantile(0.99) / GetParam().q99, 1, 0.06);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    NullCell,
    testing::Values(
        Cell{{8, 2, 256}, 0.166, 0.328},
        Cell{{8, 2, 4096}, 0.041, 0.082},
        Cell{{64, 1, 256}, 1.34, 2.25},
        Cell{{64, 1, 4096}, 0.304, 0.469},
        Cell{{64, 8, 256}, 0.407, 0.656},
        Cell{{64, 8, 4096}, 0.099, 0.152},
        Cell{{64, 8, 65536}, 0.024, 0.037},
        Cell{{256, 8, 1024}, 0.526, 0.750},
        Cell{{256, 8, 16384}, 0.125, 0.178}));

TEST(Null, both_ways_of_simulating_meet_where_one_takes_over) {
  // 24 tokens an expert is the border.
  const double by_token = simulate_max_vio({16, 2, 191}).mean;
  const double by_normal = simulate_max_vio({16, 2, 192}).mean;
  EXPECT_NEAR(by_token / by_normal, 1, 0.02);
}

TEST(Null, counts_meet_token_by_token) {
  // 2,000 draws are the border.
  const auto by_token = simulate_max_vio({128, 8, 250});
  const auto by_counts = simulate_max_vio({128, 8, 251});
  EXPECT_NEAR(by_token.mean / by_counts.mean, 1, 0.015);
  EXPECT_NEAR(by_token.quantile(0.99) / by_counts.quantile(0.99), 1, 0.03);
}

TEST(Null, is_zero_when_every_expert_is_chosen) {
  EXPECT_EQ(simulate_max_vio({4, 4, 100}).mean, 0);
}

TEST(Null, is_the_same_every_time) {
  EXPECT_EQ(
      simulate_max_vio({8, 2, 100}).sorted,
      simulate_max_vio({8, 2, 100}).sorted);
}

TEST(NullTable, scales_between_the_token_counts_it_simulates) {
  NullTable table;
  const double at_1024 = table.floor({8, 2, 1024});
  EXPECT_NEAR(
      table.floor({8, 2, 1050}), at_1024 * std::sqrt(1024.0 / 1050), 1e-12);
}

TEST(BalanceStatistic, is_the_scaled_chi_square) {
  // (4-1)/(4-2) * (4+0+4+0)/10 = 1.2
  const int64_t demand_E[] = {12, 10, 8, 10};
  EXPECT_DOUBLE_EQ(balance_statistic(demand_E, 2), 1.2);
}

TEST(BalanceStatistic, is_unknown_when_every_expert_is_always_chosen) {
  const int64_t demand_E[] = {5, 5};
  EXPECT_TRUE(std::isnan(balance_statistic(demand_E, 2)));
}

}  // namespace
}  // namespace moestro
