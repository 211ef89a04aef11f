// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/assignment.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "moestro/base/error.h"
#include "moestro/plan/auction.h"
#include "moestro/plan/exact_assignment.h"
#include "moestro/plan/greedy_assignment.h"
#include "tests/plan/problems.h"
#include "tests/plan/refusals.h"

namespace moestro {
namespace {

// Small, with capacities of every kind and a few forbidden pairs.
OwnedProblem awkward_problem(uint32_t seed) {
  std::mt19937 random(seed);
  const auto pick = [&](int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(random);
  };
  const auto T = pick(1, 6), E = pick(1, 4);
  const auto K = pick(1, std::min<int64_t>(E, 2));
  auto p = random_problem(T, E, K, 1, seed);
  for (auto& s : p.scores_TE) {
    s = seed % 3 == 0 ? std::round(s) : s;  // ties
    s = pick(0, 9) == 0 ? kForbid : s;
  }
  for (auto& c : p.capacity_E) {
    c = pick(0, T);
  }
  return p;
}

TEST(ExactAssignment, is_the_best_of_all_on_small_problems) {
  int solved = 0, refused = 0;
  for (uint32_t seed = 0; seed < 3000; ++seed) {
    const auto p = awkward_problem(seed);
    const double best = BruteForce(p).best();
    if (best == kForbid) {
      EXPECT_THROW((void)exact_assignment(p.view()), Error) << seed;
      ++refused;
      continue;
    }
    const auto a = exact_assignment(p.view());
    ASSERT_TRUE(is_assignment(p, a)) << seed;
    ASSERT_NEAR(a.objective, best, 1e-9) << seed;
    ASSERT_EQ(a.gap(), 0) << seed;
    ASSERT_NEAR(price_bound(p.view(), a.prices_E), best, 1e-9) << seed;
    ++solved;
  }
  EXPECT_GT(solved, 500);
  EXPECT_GT(refused, 500);
}

TEST(ExactAssignment, all_methods_refuse_or_solve_the_same_problems) {
  for (uint32_t seed = 0; seed < 2000; ++seed) {
    const auto p = awkward_problem(seed);
    if (BruteForce(p).best() == kForbid) {
      EXPECT_THROW((void)auction_assignment(p.view()), Error) << seed;
      EXPECT_THROW((void)greedy_assignment(p.view()), Error) << seed;
      continue;
    }
    const double best = BruteForce(p).best();
    for (const auto& a :
         {auction_assignment(p.view()), greedy_assignment(p.view())}) {
      ASSERT_TRUE(is_assignment(p, a)) << seed;
      ASSERT_LE(a.objective, best + 1e-9) << seed;
      ASSERT_GE(a.bound, best - 1e-9) << seed;
    }
  }
}

TEST(ExactAssignment, start_prices_change_the_work_but_not_the_objective) {
  for (const int64_t K : {1, 2, 3}) {
    const auto p = random_problem(100, 12, K, 2, 5);
    const auto cold = exact_assignment(p.view());
    const std::vector<double> odd = {0, 9, 1, 0, 0, 3, 0, 1e300, 0, 0, 2, 2};
    EXPECT_NEAR(
        exact_assignment(p.view(), odd).objective, cold.objective, 1e-9);
    const auto again = exact_assignment(p.view(), cold.prices_E);
    EXPECT_NEAR(again.objective, cold.objective, 1e-9);
  }
}

TEST(ExactAssignment, works_at_every_magnitude_that_a_double_has) {
  const auto p = random_problem(60, 6, 1, 0, 4);
  const auto plain = exact_assignment(p.view());
  for (const int shift : {-1040, -1000, -120, 130, 1000}) {
    auto scaled = p;
    for (auto& s : scaled.scores_TE) {
      s = std::ldexp(s, shift);
    }
    EXPECT_NEAR(
        std::ldexp(exact_assignment(scaled.view()).objective, -shift),
        plain.objective,
        1e-8)
        << shift;
    const auto fast = auction_assignment(scaled.view(), {.gap = 0.01});
    EXPECT_LE(fast.gap(), 0.01) << shift;
  }
}

TEST(ExactAssignment, refuses_scores_whose_sum_overflows) {
  auto p = random_problem(60, 6, 1, 0, 4);
  p.scores_TE[7] = -1.5e305;
  (void)exact_assignment(p.view());
  p.scores_TE[7] = -1.5e306;
  EXPECT_THROW((void)exact_assignment(p.view()), Error);
  EXPECT_THROW((void)auction_assignment(p.view()), Error);
}

TEST(ExactAssignment, objective_does_not_depend_on_the_order_of_experts) {
  auto p = random_problem(64, 8, 2, 1, 3);
  const double before = exact_assignment(p.view()).objective;
  for (size_t t = 0; t < 64; ++t) {
    std::reverse(&p.scores_TE[t * 8], &p.scores_TE[t * 8] + 8);
  }
  EXPECT_NEAR(exact_assignment(p.view()).objective, before, 1e-9);
}

TEST(ExactAssignment, prices_prove_it_at_every_capacity_factor) {
  for (const int64_t spare : {0, 1, 5, 60, 1000}) {
    auto p = random_problem(200, 10, 2, 1.5, 11);
    for (auto& c : p.capacity_E) {
      c += spare;
    }
    const auto a = exact_assignment(p.view());
    ASSERT_TRUE(is_assignment(p, a));
    EXPECT_NEAR(price_bound(p.view(), a.prices_E), a.objective, 1e-8) << spare;
  }
}

TEST(Auction, proves_the_gap_that_was_asked_for) {
  for (uint32_t seed = 0; seed < 30; ++seed) {
    const int64_t K = 1 + seed % 3;
    auto p = random_problem(90 + seed, 7, K, seed % 4, seed);
    for (const double gap : {0.1, 2e-3, 1e-4}) {
      const auto a = auction_assignment(p.view(), {.gap = gap});
      ASSERT_TRUE(is_assignment(p, a)) << seed;
      EXPECT_LE(a.gap(), gap) << seed;
      EXPECT_GE(a.bound, exact_assignment(p.view()).objective - 1e-9) << seed;
    }
  }
}

TEST(Auction, takes_prices_of_the_batch_before) {
  const auto before = random_problem(512, 16, 2, 1, 1);
  auto after = before;
  for (auto& s : after.scores_TE) {
    s += 0.01 * std::sin(s * 1e6);
  }
  const auto prices_E = auction_assignment(before.view()).prices_E;
  const auto a = auction_assignment(after.view(), {.start_prices_E = prices_E});
  EXPECT_TRUE(is_assignment(after, a));
  EXPECT_LE(a.gap(), 2e-3);
}

TEST(Auction, answers_the_same_twice) {
  const auto p = random_problem(300, 16, 2, 2, 9);
  EXPECT_EQ(
      auction_assignment(p.view()).experts_TK,
      auction_assignment(p.view()).experts_TK);
}

// The awkward inputs that BASE's auction was tried on.
TEST(Auction, ends_on_degenerate_scores) {
  const int64_t T = 128, E = 8;
  const auto check = [&](const OwnedProblem& p) {
    const auto a = auction_assignment(p.view());
    EXPECT_TRUE(is_assignment(p, a));
    EXPECT_LE(a.gap(), 2e-3);
  };
  check(even_problem(T, E, 1, std::vector<double>(T * E, 0.7)));
  check(even_problem(T, E, 1, std::vector<double>(T * E, 0)));
  auto alike = random_problem(T, E, 1, 0, 1);  // identical experts
  for (size_t i = 0; i < alike.scores_TE.size(); ++i) {
    alike.scores_TE[i] = alike.scores_TE[i / 8 * 8];
  }
  check(alike);
  auto doubled = random_problem(T, E, 1, 0, 2);  // duplicated tokens
  for (size_t i = 0; i < doubled.scores_TE.size(); ++i) {
    doubled.scores_TE[i] = doubled.scores_TE[i % 64];
  }
  check(doubled);
  auto outlier = random_problem(T, E, 1, 0, 3);
  outlier.scores_TE[77] = 1000;
  check(outlier);
}

TEST(Greedy, is_behind_on_skewed_scores_and_knows_a_bound) {
  const auto p = random_problem(512, 16, 1, 2, 4);
  const auto greedy = greedy_assignment(p.view());
  const auto exact = exact_assignment(p.view());
  EXPECT_TRUE(is_assignment(p, greedy));
  EXPECT_LT(greedy.objective, 0.99 * exact.objective);
  EXPECT_GE(greedy.bound, exact.objective);
}

TEST(AssignmentPlan, experts_of_a_token_stand_by_falling_score) {
  const auto p = even_problem(2, 3, 2, {1, 3, 2, 5, 5, 5});
  EXPECT_EQ(
      exact_assignment(p.view()).experts_TK,
      (std::vector<int32_t>{1, 2, 0, 1}));
}

TEST(AssignmentPlan, gap_is_relative_to_the_bound) {
  EXPECT_EQ((AssignmentPlan{.objective = 9, .bound = 10}.gap()), 0.1);
  EXPECT_EQ((AssignmentPlan{.objective = -11, .bound = -10}.gap()), 0.1);
  EXPECT_EQ((AssignmentPlan{.objective = 0, .bound = 0}.gap()), 0);
}

void expect_refused(const OwnedProblem& p, const std::string& part) {
  expect_data_failure([&] { (void)exact_assignment(p.view()); }, part);
}

TEST(AssignmentPlan, refuses_bad_problems_and_names_the_place) {
  const auto good = random_problem(4, 3, 1, 0, 1);
  auto p = good;
  p.scores_TE[5] = std::numeric_limits<double>::quiet_NaN();
  expect_refused(p, "scores[1][2]");
  p.scores_TE[5] = std::numeric_limits<double>::infinity();
  expect_refused(p, "scores[1][2]");
  p = good;
  p.K = 4;
  expect_refused(p, "k is 4");
  p = good;
  p.capacity_E[2] = -1;
  expect_refused(p, "capacity[2] is -1");
  p = good;
  p.capacity_E = {1, 1, 1};
  expect_refused(p, "capacity for 3 of 4");
  p = good;
  p.capacity_E = {0, 0, 1000};  // k = 2: an expert takes a token once
  p.K = 2;
  expect_refused(p, "capacity for 4 of 8");
  p = good;
  p.T = 0;
  expect_refused(p, "at least one token");
  p = good;
  p.scores_TE.pop_back();
  expect_refused(p, "[tokens][experts]");
  p = good;
  for (size_t t = 0; t < 4; ++t) {
    p.scores_TE[t * 3] = p.scores_TE[t * 3 + 2] = kForbid;
  }
  expect_refused(p, "may use only the experts 1, which have capacity 2");
}

}  // namespace
}  // namespace moestro
