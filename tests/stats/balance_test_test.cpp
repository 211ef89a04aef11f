// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/balance_test.h"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "moestro/base/failure.h"
#include "moestro/stats/dispersion.h"
#include "moestro/stats/null.h"

namespace moestro {
namespace {

constexpr size_t kExperts = 64, kSequences = 32;
constexpr int64_t kTokens = 512;  // a sequence

// Top-1; every sequence draws its preferences from Dirichlet(a), so that load
// is balanced in expectation. Counts by sequence.
std::vector<int64_t> clustered_batch(double a, std::mt19937_64& random) {
  std::gamma_distribution<double> gamma(a, 1);
  std::vector<int64_t> demand_SE(kSequences * kExperts);
  for (size_t s = 0; s < kSequences; ++s) {
    std::vector<double> weight_E(kExperts);
    double left = 0;
    for (auto& w : weight_E) {
      w = gamma(random) + 1e-300;
      left += w;
    }
    // Multinomial, expert by expert.
    int64_t tokens = kTokens;
    for (size_t e = 0; e < kExperts; ++e) {
      const double p = std::min(1.0, weight_E[e] / left);
      const auto n = e + 1 == kExperts ? tokens
                                       : std::binomial_distribution<int64_t>(
                                             tokens, p)(random);
      demand_SE[s * kExperts + e] = n;
      tokens -= n;
      left -= weight_E[e];
    }
  }
  return demand_SE;
}

struct Rates {
  double naive, corrected;
};

// How often each test of nominal size 1 % fires.
Rates rates(double a, int batches) {
  std::mt19937_64 random(11);
  const std::vector<int64_t> tokens_S(kSequences, kTokens);
  Rates fired{};
  for (int b = 0; b < batches; ++b) {
    const auto demand_SE = clustered_batch(a, random);
    std::vector<int64_t> demand_E(kExperts);
    for (size_t i = 0; i < demand_SE.size(); ++i) {
      demand_E[i % kExperts] += demand_SE[i];
    }
    const double phi = balanced_dispersion(demand_SE, tokens_S, 1);
    fired.naive += balance_p_value(demand_E, 1, 1) < 0.01 ? 1 : 0;
    fired.corrected += balance_p_value(demand_E, 1, phi) < 0.01 ? 1 : 0;
  }
  return {fired.naive / batches, fired.corrected / batches};
}

// 400 batches: 1.3 % is 5 of them; 14 would be one in a thousand.
TEST(BalancedLoad, fires_as_rarely_as_promised_once_corrected) {
  for (const double a : {64.0, 8.0, 1.0, 0.25}) {
    EXPECT_LE(rates(a, 400).corrected, 14 / 400.0) << "Dirichlet " << a;
  }
}

TEST(BalancedLoad, cries_wolf_when_tokens_are_taken_for_independent) {
  EXPECT_NEAR(rates(8, 400).naive, 0.946, 0.035);
  EXPECT_EQ(rates(1, 100).naive, 1);
  EXPECT_NEAR(rates(64, 400).naive, 0.052, 0.034);
}

struct Cell {
  int64_t experts, top_k;
  double mean, variance;
};

TEST(BalancedLoad, moments_are_those_of_the_table) {
  for (const auto& c :
       {Cell{8, 2, 6, 10.3},
        Cell{64, 1, 63, 126},
        Cell{64, 8, 56, 99.6},
        Cell{128, 8, 120, 227},
        Cell{256, 8, 248, 482}}) {
    const auto m = balance_moments(c.experts, c.top_k);
    EXPECT_EQ(m.mean, c.mean);
    EXPECT_NEAR(m.variance / c.variance, 1, 0.003);
  }
}

TEST(BalancedLoad, hint_is_4_to_35_percent_above_the_simulated_mean) {
  for (const auto& shape :
       {RoutingShape{8, 2, 4096},
        RoutingShape{64, 8, 4096},
        RoutingShape{256, 8, 16384}}) {
    const double ratio =
        max_vio_hint(shape.experts, shape.top_k, shape.tokens) /
        simulate_null(shape).mean;
    EXPECT_GT(ratio, 1.03);
    EXPECT_LT(ratio, 1.45);
  }
}

TEST(BalancedLoad, refuses_what_makes_no_sense) {
  EXPECT_THROW((void)balance_moments(8, 8), ContractError);
  EXPECT_THROW((void)max_vio_hint(8, 2, 0), ContractError);
  const int64_t demand_E[] = {5, 5};
  EXPECT_TRUE(std::isnan(balance_p_value(demand_E, 2, 1)));
  EXPECT_TRUE(std::isnan(balance_p_value(demand_E, 1, 0)));
}

}  // namespace
}  // namespace moestro
