// SPDX-License-Identifier: Apache-2.0
// The table of simulated nulls: 1,000 to 20,000 repetitions a cell.
#include "moestro/stats/null.h"

#include <cmath>

#include <gtest/gtest.h>

namespace moestro {
namespace {

struct Cell {
  RoutingShape shape;
  double mean, q99, q999, entropy;  // the last: 1 % quantile of H / ln E
};

class NullCell : public testing::TestWithParam<Cell> {};

TEST_P(NullCell, agrees_with_the_table) {
  const auto& cell = GetParam();
  const auto null = simulate_null(cell.shape);
  EXPECT_NEAR(null.mean / cell.mean, 1, 0.03);
  EXPECT_NEAR(null.quantile(0.99) / cell.q99, 1, 0.06);
  EXPECT_NEAR(null.quantile(0.999) / cell.q999, 1, 0.08);
  const auto deficit =
      simulate_null(cell.shape, Unevenness::kEntropyDeficit).quantile(0.99);
  // Four digits of the table, or 3 % of what is missing to 1.
  EXPECT_NEAR(1 - deficit, cell.entropy, 0.00006 + 0.03 * (1 - cell.entropy));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    NullCell,
    testing::Values(
        Cell{{8, 2, 256}, 0.166, 0.328, 0.406, 0.9925},
        Cell{{8, 2, 4096}, 0.041, 0.082, 0.104, 0.9995},
        Cell{{64, 1, 256}, 1.34, 2.25, 2.75, 0.9535},
        Cell{{64, 1, 4096}, 0.304, 0.469, 0.563, 0.9973},
        Cell{{64, 8, 256}, 0.407, 0.656, 0.750, 0.9952},
        Cell{{64, 8, 4096}, 0.099, 0.152, 0.176, 0.9997},
        Cell{{64, 8, 65536}, 0.024, 0.037, 0.043, 1.0000},
        Cell{{128, 8, 4096}, 0.161, 0.234, 0.273, 0.9995},
        Cell{{256, 8, 1024}, 0.526, 0.750, 0.875, 0.9967},
        Cell{{256, 8, 16384}, 0.125, 0.178, 0.199, 0.9998}));

// With one token and K = 2 of 4 the law is known: two experts have twice the
// mean, two have nothing.
TEST(Null, of_one_token_is_exact) {
  const RoutingShape one{4, 2, 1};
  EXPECT_EQ(simulate_null(one).mean, 1);
  EXPECT_EQ(simulate_null(one, Unevenness::kMinVio).mean, 1);
  const auto deficit = simulate_null(one, Unevenness::kEntropyDeficit);
  EXPECT_NEAR(deficit.mean, 0.5, 1e-12);  // 1 - ln 2 / ln 4
}

// Maxima and minima of symmetric loads mirror each other; K = E / 2 makes them
// so at any number of tokens.
TEST(Null, min_vio_mirrors_max_vio_where_half_of_the_experts_are_chosen) {
  for (const int64_t tokens : {60, 4000}) {
    const RoutingShape half{8, 4, tokens};
    const auto least = simulate_null(half, Unevenness::kMinVio);
    const auto most = simulate_null(half);
    EXPECT_NEAR(least.mean / most.mean, 1, 0.02);
    EXPECT_NEAR(least.quantile(0.99) / most.quantile(0.99), 1, 0.06);
  }
}

TEST(Null, min_vio_is_one_where_some_expert_always_stays_empty) {
  EXPECT_EQ(simulate_null({64, 1, 40}, Unevenness::kMinVio).mean, 1);
}

TEST(Null, both_ways_of_simulating_meet_where_one_takes_over) {
  // 24 tokens an expert is the border.
  const double by_token = simulate_null({16, 2, 191}).mean;
  const double by_normal = simulate_null({16, 2, 192}).mean;
  EXPECT_NEAR(by_token / by_normal, 1, 0.02);
}

TEST(Null, counts_meet_token_by_token) {
  // 2,000 draws are the border.
  const auto by_token = simulate_null({128, 8, 250});
  const auto by_counts = simulate_null({128, 8, 251});
  EXPECT_NEAR(by_token.mean / by_counts.mean, 1, 0.015);
  EXPECT_NEAR(by_token.quantile(0.99) / by_counts.quantile(0.99), 1, 0.03);
}

TEST(Null, is_zero_when_every_expert_is_chosen) {
  EXPECT_EQ(simulate_null({4, 4, 100}).mean, 0);
}

TEST(Null, is_the_same_every_time) {
  EXPECT_EQ(
      simulate_null({8, 2, 100}).sorted, simulate_null({8, 2, 100}).sorted);
}

TEST(NullTable, scales_between_the_token_counts_it_simulates) {
  NullTable table;
  const double at_1024 = table.floor({8, 2, 1024});
  EXPECT_NEAR(
      table.floor({8, 2, 1050}), at_1024 * std::sqrt(1024.0 / 1050), 1e-12);
}

TEST(NullTable, scales_the_entropy_deficit_by_the_tokens) {
  NullTable table;
  const auto kind = Unevenness::kEntropyDeficit;
  const double at_1024 = table.quantile({8, 2, 1024}, 0.99, kind);
  EXPECT_NEAR(
      table.quantile({8, 2, 1050}, 0.99, kind), at_1024 * 1024 / 1050, 1e-12);
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
