// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/multiplicity.h"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "moestro/base/error.h"

namespace moestro {
namespace {

using Flags = std::vector<bool>;

TEST(Multiplicity, refusals_worked_out_by_hand) {
  const double p[] = {0.01, 0.04, 0.015, 0.9};
  EXPECT_EQ(bonferroni(p, 0.05), (Flags{true, false, false, false}));
  // 0.01 * 4, 0.015 * 3 pass; 0.04 * 2 does not.
  EXPECT_EQ(holm(p, 0.05), (Flags{true, false, true, false}));
  // Needs ln(4 / (0.1 r)): 40, 20, 13.3, 10.
  const double e[] = {std::log(21), std::log(30), 0, std::log(14)};
  EXPECT_EQ(e_benjamini_hochberg(e, 0.1), (Flags{true, true, false, true}));
  EXPECT_EQ(holm({}, 0.05), Flags{});
}

TEST(Interval, has_the_published_values) {
  // 0 of 10 and 81 of 263 (Newcombe 1998), 95 %.
  EXPECT_NEAR(wilson(81, 263, 0.95).low, 0.2553, 5e-5);
  EXPECT_NEAR(wilson(81, 263, 0.95).high, 0.3662, 5e-5);
  EXPECT_NEAR(clopper_pearson(81, 263, 0.95).low, 0.2527, 5e-5);
  EXPECT_NEAR(clopper_pearson(81, 263, 0.95).high, 0.3676, 5e-5);
  EXPECT_NEAR(clopper_pearson(0, 10, 0.95).high, 0.3085, 5e-5);
  EXPECT_EQ(clopper_pearson(0, 10, 0.95).low, 0);
}

TEST(MaxVioBounds, hold_as_often_as_promised) {
  constexpr int kRuns = 1000, kTokens = 2000;
  std::mt19937 random(4);
  const double share_E[] = {0.3, 0.2, 0.2, 0.1, 0.1, 0.1};
  const double truth = 0.3 * 6 - 1;
  int above = 0, below = 0;
  for (int run = 0; run < kRuns; ++run) {
    std::discrete_distribution<size_t> pick(
        std::begin(share_E), std::end(share_E));
    std::vector<int64_t> demand_E(6);
    for (int t = 0; t < kTokens; ++t) {
      ++demand_E[pick(random)];
    }
    const auto bounds = max_vio_bounds(demand_E, kTokens, 1, 1, 0.05);
    above += bounds.low > truth ? 1 : 0;
    below += bounds.high < truth ? 1 : 0;
  }
  // 0.05 and three standard errors of 1,000 runs.
  EXPECT_LE(above, 50 + 21);
  EXPECT_LE(below, 50 + 21);
  EXPECT_GT(below, 10);
}

TEST(MaxVioBounds, widen_with_the_dispersion) {
  const int64_t demand_E[] = {60, 20, 10, 10};
  const auto plain = max_vio_bounds(demand_E, 100, 1, 1, 0.05);
  const auto wide = max_vio_bounds(demand_E, 100, 1, 5, 0.05);
  EXPECT_LT(wide.low, plain.low);
  EXPECT_GT(wide.high, plain.high);
}

TEST(Multiplicity, refuses_what_makes_no_sense) {
  const double unknown[] = {NAN};
  const int64_t demand_E[] = {5, 5};
  EXPECT_THROW((void)holm(unknown, 0.05), ContractError);
  EXPECT_THROW((void)bonferroni({}, 0), ContractError);
  EXPECT_THROW((void)wilson(3, 2, 0.95), ContractError);
  EXPECT_THROW((void)wilson(0, 0, 0.95), ContractError);
  EXPECT_THROW((void)max_vio_bounds(demand_E, 5, 2, 1, 0.05), ContractError);
}

// Garwood's table: 10 events, 4.795 to 18.39 expected at 95 %.
TEST(MeanWait, is_the_exact_interval_of_a_count) {
  const auto wait = mean_wait(10, 1000, 0.95);
  EXPECT_NEAR(wait.low, 1000 / 18.390, 0.01);
  EXPECT_NEAR(wait.high, 1000 / 4.7954, 0.01);
  const auto never = mean_wait(0, 1000, 0.95);
  EXPECT_NEAR(never.low, 1000 / 3.6889, 0.01);
  EXPECT_TRUE(std::isinf(never.high));
  EXPECT_THROW((void)mean_wait(1, 0, 0.95), ContractError);
}

}  // namespace
}  // namespace moestro
