// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/quantile.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "moestro/base/error.h"
#include "tests/plan/problems.h"

namespace moestro {
namespace {

TEST(Quantile, rank_counts_the_values_before_it) {
  EXPECT_EQ(value_at_rank({5, 1, 4, 2}, 0), 1);
  EXPECT_EQ(value_at_rank({5, 1, 4, 2}, 3), 5);
  EXPECT_EQ(value_at_rank({2, 2, 1}, 1), 2);
}

TEST(Quantile, histogram_and_exact_agree_within_a_bin) {
  for (uint32_t seed = 0; seed < 50; ++seed) {
    const auto values = random_problem(200, 1, 1, 0, seed).scores_TE;
    Histogram histogram(-6, 6, 1000);
    for (const double v : values) {
      histogram.add(v);
    }
    for (int64_t rank = 0; rank < 200; rank += 7) {
      ASSERT_NEAR(
          histogram.value_at_rank(rank),
          value_at_rank(values, rank),
          histogram.bin_width());
    }
  }
}

TEST(Quantile, merged_histograms_are_the_histogram_of_all) {
  Histogram all(0, 1, 10), left(0, 1, 10), right(0, 1, 10);
  for (const double v : {-1.0, 0.05, 0.95, 0.4}) {
    all.add(v);
    left.add(v);
  }
  for (const double v : {0.41, 1.0, 7.0}) {
    all.add(v);
    right.add(v);
  }
  left.merge(right);
  EXPECT_EQ(left.count(), 7);
  EXPECT_EQ(left.below(), 1);
  EXPECT_EQ(left.above(), 2);
  for (int64_t rank = 0; rank < 7; ++rank) {
    EXPECT_EQ(left.value_at_rank(rank), all.value_at_rank(rank));
  }
  EXPECT_EQ(left.value_at_rank(0), 0);
  EXPECT_EQ(left.value_at_rank(6), 1);
}

TEST(Quantile, refuses_what_it_cannot_rank) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW((void)value_at_rank({1, nan}, 0), Error);
  EXPECT_THROW((void)value_at_rank({1}, 1), ContractError);
  EXPECT_THROW(Histogram(1, 1, 10), ContractError);
  EXPECT_THROW(Histogram(0, 1, 0), ContractError);
  Histogram histogram(0, 1, 10), other(0, 2, 10);
  EXPECT_THROW(histogram.add(nan), Error);
  EXPECT_THROW(histogram.merge(other), ContractError);
}

// Largest load over the mean, less 1, of top-k of s + b.
double max_vio(const OwnedProblem& p, const std::vector<double>& bias_E) {
  std::vector<int64_t> load_E(bias_E.size());
  for (size_t t = 0; t < static_cast<size_t>(p.T); ++t) {
    std::vector<std::pair<double, size_t>> order;
    for (size_t e = 0; e < bias_E.size(); ++e) {
      order.emplace_back(-p.scores_TE[t * bias_E.size() + e] - bias_E[e], e);
    }
    std::ranges::sort(order);
    for (size_t k = 0; k < static_cast<size_t>(p.K); ++k) {
      ++load_E[order[k].second];
    }
  }
  const double mean = static_cast<double>(p.T * p.K) / static_cast<double>(p.E);
  return static_cast<double>(std::ranges::max(load_E)) / mean - 1;
}

TEST(QuantileBalancing, a_few_steps_balance_a_skewed_batch) {
  const auto p = random_problem(2048, 16, 2, 1.5, 8);
  std::vector<double> bias_E(16, 0);
  const double before = max_vio(p, bias_E);
  for (int step = 0; step < 10; ++step) {
    bias_E = quantile_balance_step(p.scores_TE, bias_E, p.K);
  }
  EXPECT_GT(before, 3);
  EXPECT_LT(max_vio(p, bias_E), 0.05);
}

}  // namespace
}  // namespace moestro
