// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

#include "moestro/plan/greedy_assignment.h"
#include "moestro/plan/moves.h"
#include "moestro/plan/stable_pairs.h"
#include "tests/plan/problems.h"

namespace moestro {
namespace {

// What the rule says, by sorting all pairs; only where nobody must move.
std::vector<int32_t> by_sorting(const OwnedProblem& p) {
  std::vector<size_t> order(p.scores_TE.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(
      order, std::greater<>(), [&](size_t i) { return p.scores_TE[i]; });
  const auto E = static_cast<size_t>(p.E), K = static_cast<size_t>(p.K);
  std::vector<std::vector<int32_t>> taken(static_cast<size_t>(p.T));
  auto room_E = p.capacity_E;
  for (const auto i : order) {
    if (taken[i / E].size() < K && room_E[i % E] > 0) {
      taken[i / E].push_back(static_cast<int32_t>(i % E));
      --room_E[i % E];
    }
  }
  std::vector<int32_t> all;
  for (const auto& experts : taken) {
    all.insert(all.end(), experts.begin(), experts.end());
  }
  return all;
}

OwnedProblem same_for_all(int64_t T, int64_t E) {
  std::vector<double> scores_TE;
  for (int64_t i = 0; i < T * E; ++i) {
    scores_TE.push_back(-static_cast<double>(i % E));
  }
  return even_problem(T, E, 1, std::move(scores_TE));
}

TEST(Greedy, takes_pairs_as_sorting_all_of_them_would) {
  for (uint32_t seed = 0; seed < 40; ++seed) {
    auto p = random_problem(50, 9, 1 + seed % 4, seed % 3, seed);
    for (auto& s : p.scores_TE) {
      s = std::round(s * 4);  // ties
    }
    for (auto& c : p.capacity_E) {
      c += 20;  // room, so that nobody must move
    }
    EXPECT_EQ(greedy_assignment(p.view()).experts_TK, by_sorting(p)) << seed;
  }
}

TEST(Greedy, one_order_for_all_tokens_gives_experts_in_the_order_of_tokens) {
  const auto a = greedy_assignment(same_for_all(6, 3).view());
  EXPECT_EQ(a.experts_TK, (std::vector<int32_t>{0, 0, 1, 1, 2, 2}));
}

// Sorting would look at every pair some twenty times.
TEST(StablePairs, tokens_go_to_few_experts_whatever_all_of_them_like) {
  for (const double skew : {0.0, 1.0, 3.0}) {
    const auto p = random_problem(4096, 64, 1, skew, 1);
    const auto view = p.view();
    StablePairs pairs(view);
    (void)pairs.solve();
    EXPECT_LE(pairs.offers(), 12 * 4096) << skew;
  }
}

TEST(Moves, know_who_may_go_where_after_each_move) {
  const auto p = even_problem(2, 3, 1, {1, 1, kForbid, 1, kForbid, 1});
  const auto view = p.view();
  std::vector<int32_t> experts_TK = {0, 0};
  Moves moves(view, experts_TK);
  EXPECT_TRUE(moves.any(0, 1));
  EXPECT_TRUE(moves.any(0, 2));
  moves.move_one(0, 1);
  EXPECT_EQ(experts_TK, (std::vector<int32_t>{1, 0}));
  EXPECT_FALSE(moves.any(0, 1));
  EXPECT_TRUE(moves.any(1, 0));
  EXPECT_FALSE(moves.any(1, 2));
}

TEST(Moves, do_not_lead_to_an_expert_that_a_token_has) {
  const auto p = even_problem(1, 3, 2, {1, 1, 1});
  const auto view = p.view();
  std::vector<int32_t> experts_TK = {0, 1};
  Moves moves(view, experts_TK);
  EXPECT_FALSE(moves.any(0, 1));
  EXPECT_TRUE(moves.any(0, 2));
  moves.move_one(0, 2);
  EXPECT_EQ(experts_TK, (std::vector<int32_t>{2, 1}));
  EXPECT_TRUE(moves.any(1, 0));
  EXPECT_FALSE(moves.any(1, 2));
}

TEST(Greedy, moves_others_for_every_token_that_is_left_over) {
  // The first half may go anywhere and fills expert 0, which the rest needs.
  OwnedProblem p{.T = 400, .E = 4, .K = 1, .scores_TE = {}, .capacity_E = {}};
  for (int64_t t = 0; t < p.T; ++t) {
    const double other = t < 200 ? 1 : kForbid;
    p.scores_TE.insert(
        p.scores_TE.end(), {t < 200 ? 2.0 : 1.0, other, other, other});
  }
  p.capacity_E = {200, 100, 50, 50};
  const auto a = greedy_assignment(p.view());
  for (size_t t = 0; t < 400; ++t) {
    EXPECT_EQ(a.experts_TK[t] == 0, t >= 200) << t;
  }
}

}  // namespace
}  // namespace moestro
