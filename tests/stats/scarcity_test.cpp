// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/scarcity.h"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "moestro/base/error.h"

namespace moestro {
namespace {

// 0.1 false alarms over 48 layers x 128 experts x 1e5 steps.
constexpr double kAlpha = 1.6e-10;

TEST(Scarcity, token_counts_of_the_table) {
  EXPECT_NEAR(tokens_to_refuse(0.1, 1, 8, kAlpha), 1810, 10);
  EXPECT_NEAR(tokens_to_refuse(0.1, 8, 64, kAlpha), 1810, 10);
  EXPECT_NEAR(tokens_to_refuse(0.1, 8, 256, kAlpha), 7220, 10);
  EXPECT_NEAR(tokens_to_refuse(0.1, 1, 64, kAlpha), 14400, 50);
}

TEST(Scarcity, without_a_hit_falls_after_so_many_tokens) {
  Scarcity test(0.1 / 8);
  double tokens = 0;
  while (test.log_evidence() < std::log(1 / kAlpha)) {
    test.add(0, 1);
    ++tokens;
  }
  EXPECT_NEAR(tokens, 1813, 1);
}

TEST(Scarcity, a_hit_starts_the_test_for_dead_anew) {
  Scarcity test(0.1 / 8);
  test.add(0, 1700);
  const double before = test.log_evidence();
  test.add(1, 1);
  EXPECT_LT(test.log_evidence(), before - 2);
}

TEST(Scarcity, correlated_tokens_count_less) {
  Scarcity plain(0.01), correlated(0.01);
  plain.add(0, 1000);
  correlated.add(0, 4000, 4);
  EXPECT_DOUBLE_EQ(plain.log_evidence(), correlated.log_evidence());
}

// Share exactly at the border; a look after every batch.
TEST(Scarcity, false_alarms_are_as_rare_as_promised) {
  constexpr double kLevel = 0.01, kLeast = 0.02;
  constexpr int kRuns = 400, kMost = 3000;
  double steps = 0;
  for (int run = 0; run < kRuns; ++run) {
    std::mt19937 random(static_cast<uint32_t>(run));
    std::binomial_distribution<int> hits(64, kLeast);
    Scarcity test(kLeast);
    int step = 0;
    while (step < kMost && test.log_evidence() < std::log(1 / kLevel)) {
      test.add(hits(random), 64);
      ++step;
    }
    steps += step;
  }
  EXPECT_GT(steps / kRuns, 1 / kLevel);
}

TEST(Scarcity, a_cold_expert_with_some_hits_is_found) {
  std::mt19937 random(1);
  // A tenth of the least share: never without hits for long.
  std::binomial_distribution<int> hits(4096, 0.0125);
  Scarcity test(0.03125);
  int steps = 0;
  while (test.log_evidence() < std::log(1 / kAlpha)) {
    test.add(hits(random), 4096);
    ASSERT_LT(++steps, 10);
  }
}

TEST(Scarcity, refuses_what_makes_no_sense) {
  EXPECT_THROW(Scarcity(0), ContractError);
  EXPECT_THROW(Scarcity(0.1).add(2, 1), ContractError);
  EXPECT_THROW((void)tokens_to_refuse(0.1, 9, 8, 0.1), ContractError);
}

}  // namespace
}  // namespace moestro
