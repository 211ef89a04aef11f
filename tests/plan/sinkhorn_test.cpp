// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/sinkhorn.h"

#include <cmath>
#include <limits>
#include <numeric>

#include <gtest/gtest.h>

#include "moestro/base/error.h"
#include "tests/plan/problems.h"

namespace moestro {
namespace {

std::vector<float> random_scores(int64_t T, int64_t E, double skew) {
  const auto p = random_problem(T, E, 1, skew, 1);
  return {p.scores_TE.begin(), p.scores_TE.end()};
}

// Plain alternating scaling in double, as a textbook has it.
std::vector<double> textbook_plan(
    const std::vector<float>& scores_TE, size_t E, double row_sum) {
  const auto T = scores_TE.size() / E;
  std::vector<double> plan(scores_TE.begin(), scores_TE.end());
  for (auto& x : plan) {
    x = std::exp(x);
  }
  const auto scale = [&](size_t from, size_t step, size_t count, double want) {
    double sum = 0;
    for (size_t i = 0; i < count; ++i) {
      sum += plan[from + i * step];
    }
    for (size_t i = 0; i < count; ++i) {
      plan[from + i * step] *= want / sum;
    }
  };
  const double column =
      row_sum * static_cast<double>(T) / static_cast<double>(E);
  for (int round = 0; round < 2000; ++round) {
    for (size_t e = 0; e < E; ++e) {
      scale(e, E, T, column);
    }
    for (size_t t = 0; t < T; ++t) {
      scale(t * E, 1, E, row_sum);
    }
  }
  return plan;
}

TEST(Sinkhorn, agrees_with_plain_scaling_in_double) {
  const size_t E = 19;  // not a multiple of the lanes
  const auto scores_TE = random_scores(75, E, 1);
  const auto soft =
      sinkhorn(scores_TE, std::vector<double>(E, 1), 2, {.tolerance = 1e-6});
  EXPECT_TRUE(soft.converged);
  const auto truth = textbook_plan(scores_TE, E, 2);
  for (size_t i = 0; i < truth.size(); ++i) {
    ASSERT_NEAR(soft.plan_TE[i], truth[i], 1e-5);
  }
}

TEST(Sinkhorn, rows_sum_to_k_and_columns_to_their_targets) {
  const auto scores_TE = random_scores(640, 8, 2);
  const std::vector<double> target_E = {1, 1, 2, 4, 0, 1, 1, 1};
  const auto soft = sinkhorn(scores_TE, target_E, 2, {.tolerance = 1e-4});
  std::vector<double> column_E(8);
  for (size_t t = 0; t < 640; ++t) {
    double row = 0;
    for (size_t e = 0; e < 8; ++e) {
      row += soft.plan_TE[t * 8 + e];
      column_E[e] += soft.plan_TE[t * 8 + e];
    }
    ASSERT_NEAR(row, 2, 1e-5);
  }
  for (size_t e = 0; e < 8; ++e) {
    const double want = target_E[e] * 1280 / 11;
    EXPECT_NEAR(column_E[e], want, 2e-4 * want);
  }
  EXPECT_TRUE(soft.converged);
}

TEST(Sinkhorn, no_temperature_overflows) {
  const auto scores_TE = random_scores(64, 8, 1);
  for (const double temperature : {1e-3, 1e3}) {
    const auto soft = sinkhorn(
        scores_TE,
        std::vector<double>(8, 1),
        1,
        {.temperature = temperature, .max_iterations = 500});
    const double sum =
        std::accumulate(soft.plan_TE.begin(), soft.plan_TE.end(), 0.0);
    EXPECT_NEAR(sum, 64, 1e-3) << temperature;
  }
}

// Nobody wants expert 3: its scale must grow to 2^2900, far beyond a float.
TEST(Sinkhorn, lifts_a_column_that_starts_at_nothing) {
  auto scores_TE = random_scores(64, 4, 0);
  for (size_t t = 0; t < 64; ++t) {
    scores_TE[t * 4 + 3] -= 2000;
  }
  const auto soft = sinkhorn(scores_TE, std::vector<double>(4, 1), 1);
  EXPECT_TRUE(soft.converged);
  EXPECT_NEAR(soft.log_scale_E[3] - soft.log_scale_E[0], 2000, 10);
  for (const float x : soft.plan_TE) {
    ASSERT_TRUE(std::isfinite(x));
  }
}

TEST(Sinkhorn, says_when_it_did_not_converge) {
  const auto soft = sinkhorn(
      random_scores(64, 8, 3),
      std::vector<double>(8, 1),
      1,
      {.temperature = 0.05, .max_iterations = 2});
  EXPECT_FALSE(soft.converged);
  EXPECT_EQ(soft.iterations, 2);
  EXPECT_GT(soft.residual, 1e-3);
}

TEST(Sinkhorn, forbidden_pairs_get_nothing) {
  auto scores_TE = random_scores(64, 4, 0);
  for (size_t t = 0; t < 32; ++t) {
    scores_TE[t * 4 + 1] = -std::numeric_limits<float>::infinity();
  }
  const auto soft = sinkhorn(scores_TE, std::vector<double>(4, 1), 1);
  EXPECT_TRUE(soft.converged);
  for (size_t t = 0; t < 32; ++t) {
    ASSERT_EQ(soft.plan_TE[t * 4 + 1], 0);
  }
}

TEST(Sinkhorn, refuses_bad_input) {
  const std::vector<double> even(4, 1);
  auto scores_TE = random_scores(8, 4, 0);
  EXPECT_THROW((void)sinkhorn(scores_TE, even, 0), Error);
  EXPECT_THROW((void)sinkhorn(scores_TE, even, 1, {.temperature = 0}), Error);
  EXPECT_THROW((void)sinkhorn({}, even, 1), Error);
  EXPECT_THROW(
      (void)sinkhorn(scores_TE, even, 1, {.temperature = 1e-31}), Error);
  const std::vector<double> negative = {1, -1, 1, 1}, nothing(4, 0);
  EXPECT_THROW((void)sinkhorn(scores_TE, negative, 1), Error);
  EXPECT_THROW((void)sinkhorn(scores_TE, nothing, 1), Error);
  for (size_t t = 0; t < 8; ++t) {
    scores_TE[t * 4 + 2] = -std::numeric_limits<float>::infinity();
  }
  EXPECT_THROW((void)sinkhorn(scores_TE, even, 1), Error);
  scores_TE[0] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW((void)sinkhorn(scores_TE, even, 1), Error);
}

}  // namespace
}  // namespace moestro
