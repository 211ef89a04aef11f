// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/dispersion.h"

#include <bit>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "tests/stats/clustered.h"

namespace moestro {
namespace {

// Four tokens in sequences of 1 and 3; all ways in which two of them choose
// expert 0 and two expert 1.
TEST(Dispersion, is_exactly_one_on_average_over_all_ways_to_choose) {
  const int64_t tokens_S[] = {1, 3};
  double sum = 0, ways = 0;
  for (unsigned chosen = 0; chosen < 16; ++chosen) {
    if (std::popcount(chosen) != 2) {
      continue;
    }
    const int64_t first = chosen & 1U;
    const int64_t rest = 2 - first;
    const int64_t demand_SE[] = {first, 1 - first, rest, 3 - rest};
    sum += dispersion(SequenceRows(demand_SE, tokens_S).view());
    ++ways;
  }
  EXPECT_NEAR(sum / ways, 1, 1e-12);
}

TEST(Dispersion, ignores_sequences_without_tokens) {
  const int64_t demand_SE[] = {7, 3, 0, 0, 3, 7};
  const int64_t tokens_S[] = {10, 0, 10};
  EXPECT_NEAR(
      dispersion(SequenceRows(demand_SE, tokens_S).view()), 3.04, 1e-12);
}

TEST(Dispersion, is_unknown_for_a_single_sequence) {
  const int64_t demand_SE[] = {7, 3};
  const int64_t tokens_S[] = {10};
  EXPECT_TRUE(std::isnan(dispersion(SequenceRows(demand_SE, tokens_S).view())));
}

// Mean over batches, against fair shares and against those seen.
struct Phi {
  double balanced = 0, seen = 0;
};

Phi dispersion_of_dirichlet(double a) {
  constexpr int kBatches = 100;
  std::mt19937_64 random(7);
  Phi sum;
  for (int i = 0; i < kBatches; ++i) {
    const auto b = dirichlet_batch({}, a, random);
    sum.balanced +=
        balanced_dispersion(SequenceRows(b.demand_SE, b.tokens_S).view(), 1);
    sum.seen += dispersion(SequenceRows(b.demand_SE, b.tokens_S).view());
  }
  return {sum.balanced / kBatches, sum.seen / kBatches};
}

TEST(Dispersion, grows_as_sequences_specialise) {
  EXPECT_NEAR(dispersion_of_dirichlet(64).balanced, 1.1, 0.06);
  EXPECT_NEAR(dispersion_of_dirichlet(8).balanced, 2.0, 0.06);
  EXPECT_NEAR(dispersion_of_dirichlet(1).balanced, 8.9, 0.15);
  EXPECT_NEAR(dispersion_of_dirichlet(0.25).balanced, 31.1, 0.6);
}

// 32 sequences that differ so much are uneven by chance.
TEST(Dispersion, against_the_shares_seen_is_smaller) {
  EXPECT_NEAR(dispersion_of_dirichlet(8).seen, 2.0, 0.06);
  EXPECT_NEAR(dispersion_of_dirichlet(0.25).seen, 28.3, 0.6);
}

TEST(Dispersion, of_every_expert_averages_to_that_of_all) {
  std::mt19937_64 random(3);
  const auto batch = leaning_batch({}, 4, 0.8, random);
  const auto phi_E =
      expert_dispersions(SequenceRows(batch.demand_SE, batch.tokens_S).view());
  const double sum = std::accumulate(phi_E.begin(), phi_E.end(), 0.0);
  EXPECT_NEAR(
      sum / 64,
      dispersion(SequenceRows(batch.demand_SE, batch.tokens_S).view()),
      1e-12);
  EXPECT_GT(phi_E[0], 3);
  EXPECT_LT(phi_E[63], 3);
}

TEST(Dispersion, of_an_expert_that_nobody_or_everybody_chose_is_unknown) {
  const int64_t demand_SE[] = {10, 4, 6, 0, 10, 6, 4, 0};
  const int64_t tokens_S[] = {10, 10};
  const auto phi_E =
      expert_dispersions(SequenceRows(demand_SE, tokens_S).view());
  EXPECT_TRUE(std::isnan(phi_E[0]));
  EXPECT_FALSE(std::isnan(phi_E[1]));
  EXPECT_TRUE(std::isnan(phi_E[3]));
}

double squared_error(const std::vector<double>& phi_E, double truth) {
  double sum = 0;
  for (const double phi : phi_E) {
    sum += (phi - truth) * (phi - truth);
  }
  return sum;
}

// Eight sequences, every expert alike: what differs is noise, and goes.
TEST(Dispersion, shrinks_what_few_sequences_made_up) {
  std::mt19937_64 random(4);
  const auto batch = dirichlet_batch({.sequences = 8}, 8, random);
  const auto phi_E =
      expert_dispersions(SequenceRows(batch.demand_SE, batch.tokens_S).view());
  const double mean =
      dispersion(SequenceRows(batch.demand_SE, batch.tokens_S).view());
  EXPECT_LT(
      squared_error(shrunken(phi_E, 8), mean), squared_error(phi_E, mean) / 4);
}

TEST(Dispersion, keeps_a_difference_that_is_real) {
  std::mt19937_64 random(4);
  const auto batch = leaning_batch({.sequences = 200}, 4, 0.9, random);
  const auto phi_E =
      expert_dispersions(SequenceRows(batch.demand_SE, batch.tokens_S).view());
  EXPECT_NEAR(shrunken(phi_E, 200)[0] / phi_E[0], 1, 0.02);
}

TEST(Dispersion, of_clusters_leaves_fewer_effective_tokens) {
  EXPECT_EQ(effective_tokens(1000, 4), 250);
  EXPECT_EQ(effective_tokens(1000, 0.5), 1000);
  EXPECT_EQ(effective_tokens(1000, std::nan("")), 1000);
}

}  // namespace
}  // namespace moestro
