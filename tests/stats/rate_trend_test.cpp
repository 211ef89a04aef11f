// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/rate_trend.h"

#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace moestro {
namespace {

const std::vector<double> kTimes{1, 10, 100, 1000, 10000};

TEST(RateTrend, a_rate_in_proportion_is_read_where_nothing_was_seen) {
  const std::vector<double> counts{0, 0, 1, 9, 103};
  const auto r = rate_at({kTimes, counts, 1e5}, 1);
  EXPECT_GT(r.rate, 1e-8);
  EXPECT_LT(r.rate, 1e-6);
  EXPECT_LT(r.low, 1e-7);
  EXPECT_GT(r.high, 1e-7);
}

TEST(RateTrend, a_rate_that_does_not_fall_is_told) {
  const std::vector<double> counts{40, 45, 38, 41, 44};
  const auto r = rate_at({kTimes, counts, 1e5}, 1);
  EXPECT_NEAR(r.rate, 4.2e-4, 0.7e-4);
  EXPECT_GT(r.low, 2.5e-4);
}

TEST(RateTrend, nothing_at_all_bounds_it_from_above) {
  const std::vector<double> counts{0, 0, 0, 0, 0};
  const auto r = rate_at({kTimes, counts, 1e5}, 1);
  EXPECT_EQ(r.rate, 0);
  EXPECT_NEAR(r.high, 2.995732 / 1e5 / (1 + 3.1623 + 10 + 31.623 + 100), 1e-9);
}

// The interval holds the truth about as often as it says.
TEST(RateTrend, covers) {
  std::mt19937_64 random(3);
  int held = 0;
  for (int trial = 0; trial < 400; ++trial) {
    std::vector<double> counts;
    for (const double x : kTimes) {
      counts.push_back(static_cast<double>(
          std::poisson_distribution<int>(3e-3 * x)(random)));
    }
    const auto r = rate_at({kTimes, counts, 1}, 1);
    held += r.low <= 3e-3 && 3e-3 <= r.high ? 1 : 0;
  }
  EXPECT_GE(held, 372);
}

}  // namespace
}  // namespace moestro
