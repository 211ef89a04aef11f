// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/charts.h"

#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "moestro/base/error.h"

namespace moestro {
namespace {

// Mean steps to an alarm and three standard errors of it.
template <class Run>
std::pair<double, double> mean_run(int runs, const Run& run) {
  double sum = 0, squares = 0;
  for (int i = 0; i < runs; ++i) {
    const double steps = run(i);
    sum += steps;
    squares += steps * steps;
  }
  const double mean = sum / runs;
  return {mean, 3 * std::sqrt((squares / runs - mean * mean) / runs)};
}

// Steps to the alarm of a fresh chart, fed N(0, 1).
template <class Chart>
double normal_run(Chart chart, int seed) {
  std::mt19937 random(static_cast<uint32_t>(seed));
  std::normal_distribution<double> normal;
  double steps = 1;
  while (!chart.push(normal(random))) {
    ++steps;
  }
  return steps;
}

TEST(Charts, cusum_runs_as_long_as_computed) {
  const CusumDesign design{0.5, cusum_threshold(0.5, 300)};
  const auto [mean, error] =
      mean_run(2000, [&](int i) { return normal_run(Cusum(design), i); });
  EXPECT_NEAR(mean, 300, error);
}

TEST(Charts, bank_runs_at_least_as_long_as_asked) {
  const CusumBank fresh(300);
  const auto [mean, error] =
      mean_run(1000, [&](int i) { return normal_run(fresh, i); });
  EXPECT_GT(mean + error, 300);
  EXPECT_LT(mean, 600);
}

TEST(Charts, a_value_that_is_unknown_changes_nothing) {
  Cusum chart({0.5, 5});
  chart.push(2);
  chart.push(std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(chart.sum(), 1.5);
  chart.restart();
  EXPECT_EQ(chart.sum(), 0);
}

// One expert's hits of 512 tokens; a sequence of 16 tokens goes as a whole with
// chance rho-like mixing, so that counts vary phi times as much.
double hits(std::mt19937& random, double share, int cluster) {
  std::binomial_distribution<int> clusters(512 / cluster, share);
  return clusters(random) * static_cast<double>(cluster);
}

TEST(Charts, counts_keep_the_bound_of_false_alarms) {
  for (const int cluster : {1, 4}) {
    const auto [mean, error] = mean_run(1500, [&](int i) {
      std::mt19937 random(static_cast<uint32_t>(i));
      CountCusum chart(1.0 / 8, 0.2, 100);
      double steps = 1;
      while (!chart.push(hits(random, 1.0 / 8, cluster), 512, cluster)) {
        ++steps;
      }
      return steps;
    });
    EXPECT_GT(mean + error, 100) << "clusters of " << cluster;
  }
}

TEST(Charts, counts_tell_a_drift) {
  std::mt19937 random(3);
  CountCusum chart(1.0 / 8, 0.2, 1e7);
  int steps = 1;
  while (!chart.push(hits(random, 0.2, 4), 512, 4)) {
    ++steps;
  }
  EXPECT_LE(steps, 20);
  EXPECT_THROW(CountCusum(0.1, 0.1, 100), ContractError);
  EXPECT_THROW(CountCusum(0, 0.1, 100), ContractError);
}

TEST(Charts, counts_say_how_long_a_drift_takes) {
  const auto [mean, error] = mean_run(400, [&](int i) {
    std::mt19937 random(static_cast<uint32_t>(i));
    CountCusum chart(1.0 / 8, 0.15, 1e7);
    double steps = 1;
    while (!chart.push(hits(random, 0.15, 4), 512, 4)) {
      ++steps;
    }
    return steps;
  });
  const double delay = CountCusum(1.0 / 8, 0.15, 1e7).delay(512, 4);
  EXPECT_GT(delay, 30);
  EXPECT_NEAR(mean / delay, 1, 0.15);
}

TEST(Charts, an_ewma_runs_as_long_as_its_design) {
  const EwmaDesign design{0.2, ewma_limit(0.2, 300)};
  const auto [mean, error] =
      mean_run(1500, [&](int i) { return normal_run(Ewma(design), i); });
  EXPECT_NEAR(mean, 300, error);
  Ewma chart(design);
  EXPECT_TRUE(chart.push(-10));
  EXPECT_TRUE(chart.push(std::numeric_limits<double>::quiet_NaN()));
  chart.restart();
  EXPECT_EQ(chart.mean(), 0);
  EXPECT_THROW(Ewma({0, 3}), ContractError);
}

}  // namespace
}  // namespace moestro
