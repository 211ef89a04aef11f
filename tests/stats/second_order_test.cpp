// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/second_order.h"

#include <cmath>
#include <functional>
#include <random>

#include <gtest/gtest.h>

#include "moestro/base/error.h"
#include "moestro/stats/balance_test.h"
#include "moestro/stats/dispersion.h"
#include "tests/stats/clustered.h"

namespace moestro {
namespace {

constexpr int kBatches = 400;
// Of 400 and of 4,000 at 1 %: more would be one in a thousand.
constexpr int kMost = 14, kMostOf4000 = 60;

struct Fired {
  int first = 0, second = 0;
};

using Draw = std::function<ClusteredBatch(std::mt19937_64&)>;

// How often the tests of nominal size 1 % fire, by one dispersion and by the
// second order.
Fired fired(const Draw& draw, int batches = kBatches) {
  std::mt19937_64 random(21);
  Fired count;
  for (int i = 0; i < batches; ++i) {
    const auto b = draw(random);
    const auto spread =
        sequence_spread(SequenceRows(b.demand_SE, b.tokens_S).view(), 1);
    count.first += balance_p_value(b.demand_E, 1, spread.phi) < 0.01 ? 1 : 0;
    count.second += balance_p_value(b.demand_E, 1, spread) < 0.01 ? 1 : 0;
  }
  return count;
}

TEST(SecondOrder, keeps_the_promise_of_the_table) {
  for (const double a : {64.0, 8.0, 1.0, 0.25}) {
    const auto count =
        fired([&](auto& random) { return dirichlet_batch({}, a, random); });
    EXPECT_LE(count.second, kMost) << "Dirichlet " << a;
  }
}

TEST(SecondOrder, keeps_the_promise_where_few_experts_vary) {
  const auto count =
      fired([](auto& random) { return leaning_batch({}, 1, 0.95, random); });
  EXPECT_GT(count.first, 2 * kMost);
  EXPECT_LE(count.second, kMost);
}

TEST(SecondOrder, keeps_the_promise_with_five_sequences) {
  const ClusteredShape few{.experts = 8, .sequences = 5};
  const auto count = fired(
      [&](auto& random) { return dirichlet_batch(few, 8, random); }, 4000);
  EXPECT_GT(count.first, 2 * kMostOf4000);
  EXPECT_LE(count.second, kMostOf4000);
}

TEST(SecondOrder, still_sees_an_imbalance) {
  std::vector<double> weight_E(64, 1);
  weight_E[5] = 2;
  std::mt19937_64 random(2);
  ClusteredBatch b;
  for (int s = 0; s < 32; ++s) {
    add_sequence(weight_E, 512, random, b);
  }
  const auto spread =
      sequence_spread(SequenceRows(b.demand_SE, b.tokens_S).view(), 1);
  EXPECT_LT(balance_p_value(b.demand_E, 1, spread), 1e-12);
}

TEST(SecondOrder, freedom_counts_the_directions_that_vary) {
  std::mt19937_64 random(6);
  const ClusteredShape many{.sequences = 400};
  const auto alike = dirichlet_batch(many, 1, random);
  const auto of_alike =
      sequence_spread(SequenceRows(alike.demand_SE, alike.tokens_S).view(), 1);
  EXPECT_GT(of_alike.freedom, 55);
  EXPECT_NEAR(of_alike.phi_freedom, of_alike.freedom * 399, 1e-9);
  const ClusteredShape long_ones{.sequences = 400, .tokens = 100'000};
  const auto two = leaning_batch(long_ones, 2, 0.9, random);
  EXPECT_NEAR(
      sequence_spread(SequenceRows(two.demand_SE, two.tokens_S).view(), 1)
          .freedom,
      2,
      0.1);
}

TEST(SecondOrder, tells_collapse_from_calm) {
  // Every token takes experts 0 and 1 of 8: no variation, and no health.
  std::vector<int64_t> demand_SE;
  for (int s = 0; s < 20; ++s) {
    demand_SE.insert(demand_SE.end(), {99, 99, 2, 0, 0, 0, 0, 0});
  }
  const std::vector<int64_t> tokens_S(20, 100);
  const auto spread =
      sequence_spread(SequenceRows(demand_SE, tokens_S).view(), 2);
  EXPECT_LT(spread.phi, 1);
  EXPECT_TRUE(spread.collapsed);
  std::mt19937_64 random(8);
  const auto calm = dirichlet_batch({}, 64, random);
  const auto of_calm =
      sequence_spread(SequenceRows(calm.demand_SE, calm.tokens_S).view(), 1);
  EXPECT_FALSE(of_calm.collapsed);
  EXPECT_NEAR(of_calm.varying_experts, 64, 4);
}

TEST(SecondOrder, calls_a_perfect_collapse_uneven_and_a_perfect_balance_even) {
  const int64_t stuck_SE[] = {50, 50, 0, 0, 50, 50, 0, 0};
  const int64_t even_SE[] = {25, 25, 25, 25, 25, 25, 25, 25};
  const int64_t tokens_S[] = {50, 50};
  const int64_t stuck_E[] = {100, 100, 0, 0}, even_E[] = {50, 50, 50, 50};
  const auto stuck =
      sequence_spread(SequenceRows(stuck_SE, tokens_S).view(), 2);
  EXPECT_TRUE(stuck.collapsed);
  EXPECT_EQ(balance_p_value(stuck_E, 2, stuck), 0);
  EXPECT_EQ(
      balance_p_value(
          even_E,
          2,
          sequence_spread(SequenceRows(even_SE, tokens_S).view(), 2)),
      1);
}

TEST(SecondOrder, pools_by_degrees_of_freedom) {
  const SequenceSpread seen{4, 10, 8, 30, 8, false};
  const SequenceSpread prior{2, 7, 4, 90, 8, true};
  const auto both = shrink(seen, prior);
  EXPECT_DOUBLE_EQ(both.phi, 2.5);
  EXPECT_DOUBLE_EQ(both.freedom, 7.75);
  EXPECT_DOUBLE_EQ(both.skew_freedom, 5);
  EXPECT_DOUBLE_EQ(both.phi_freedom, 120);
  EXPECT_FALSE(both.collapsed);
  auto nothing = seen;
  nothing.phi = std::nan("");
  EXPECT_EQ(shrink(nothing, prior).phi, 2);
  EXPECT_EQ(shrink(seen, nothing).phi, 4);
}

// A prior of the same routing makes even three sequences enough.
TEST(SecondOrder, keeps_the_promise_with_three_sequences_and_a_prior) {
  std::mt19937_64 random(9);
  const ClusteredShape three{.experts = 8, .sequences = 3};
  const auto long_run =
      dirichlet_batch({.experts = 8, .sequences = 300}, 2, random);
  const auto prior = sequence_spread(
      SequenceRows(long_run.demand_SE, long_run.tokens_S).view(), 1);
  int count = 0;
  for (int i = 0; i < kBatches; ++i) {
    const auto b = dirichlet_batch(three, 2, random);
    const auto spread = shrink(
        sequence_spread(SequenceRows(b.demand_SE, b.tokens_S).view(), 1),
        prior);
    count += balance_p_value(b.demand_E, 1, spread) < 0.01 ? 1 : 0;
  }
  EXPECT_LE(count, kMost);
}

TEST(SecondOrder, is_unknown_for_a_single_sequence_and_refuses_nonsense) {
  const int64_t demand_SE[] = {7, 3};
  const int64_t tokens_S[] = {10};
  EXPECT_TRUE(std::isnan(
      sequence_spread(SequenceRows(demand_SE, tokens_S).view(), 1).phi));
  EXPECT_THROW(
      (void)sequence_spread(SequenceRows(demand_SE, tokens_S).view(), 2),
      ContractError);
  EXPECT_TRUE(std::isnan(balance_p_value(
      demand_SE,
      1,
      sequence_spread(SequenceRows(demand_SE, tokens_S).view(), 1))));
}

}  // namespace
}  // namespace moestro
