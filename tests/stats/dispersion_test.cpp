// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/dispersion.h"

#include <bit>
#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

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
    sum += dispersion(demand_SE, tokens_S);
    ++ways;
  }
  EXPECT_NEAR(sum / ways, 1, 1e-12);
}

TEST(Dispersion, ignores_sequences_without_tokens) {
  const int64_t demand_SE[] = {7, 3, 0, 0, 3, 7};
  const int64_t tokens_S[] = {10, 0, 10};
  EXPECT_NEAR(dispersion(demand_SE, tokens_S), 3.04, 1e-12);
}

TEST(Dispersion, is_unknown_for_a_single_sequence) {
  const int64_t demand_SE[] = {7, 3};
  const int64_t tokens_S[] = {10};
  EXPECT_TRUE(std::isnan(dispersion(demand_SE, tokens_S)));
}

// Top-1 of 64 experts, 32 sequences of 512 tokens; each sequence draws its
// preferences from Dirichlet(a).
double dispersion_of_dirichlet(double a) {
  constexpr int kExperts = 64, kSequences = 32, kTokens = 512, kBatches = 20;
  std::mt19937_64 random(7);
  std::gamma_distribution<double> gamma(a, 1);
  double sum = 0;
  for (int batch = 0; batch < kBatches; ++batch) {
    std::vector<int64_t> demand_SE(size_t{kSequences} * kExperts);
    for (size_t s = 0; s < kSequences; ++s) {
      std::vector<double> weight_E(kExperts);
      for (auto& w : weight_E) {
        w = gamma(random) + 1e-300;
      }
      std::discrete_distribution<size_t> pick(weight_E.begin(), weight_E.end());
      for (int t = 0; t < kTokens; ++t) {
        ++demand_SE[s * kExperts + pick(random)];
      }
    }
    sum += dispersion(demand_SE, std::vector<int64_t>(kSequences, kTokens));
  }
  return sum / kBatches;
}

TEST(Dispersion, grows_as_sequences_specialise) {
  EXPECT_NEAR(dispersion_of_dirichlet(64), 1.1, 0.1);
  EXPECT_NEAR(dispersion_of_dirichlet(8), 2.0, 0.15);
  EXPECT_NEAR(dispersion_of_dirichlet(1), 8.9, 0.7);
  EXPECT_NEAR(dispersion_of_dirichlet(0.25), 31.1, 2.5);
}

}  // namespace
}  // namespace moestro
