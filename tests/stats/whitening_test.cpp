// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/whitening.h"

#include <cmath>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "moestro/base/error.h"
#include "tests/stats/series.h"

namespace moestro {
namespace {

TEST(Autoregression, finds_the_process_behind_a_series) {
  const double truth[] = {0.6, -0.3};
  auto series = autoregressive(truth, 20'000, 2);
  for (auto& x : series) {
    x = 7 + 0.1 * x;
  }
  const auto model = fit_autoregression(series, 2);
  EXPECT_NEAR(model.level, 7, 0.005);
  EXPECT_NEAR(model.coefficients[0], 0.6, 0.02);
  EXPECT_NEAR(model.coefficients[1], -0.3, 0.02);
  EXPECT_NEAR(model.scale, 0.1, 0.003);
  EXPECT_EQ(best_order(series, 6), 2);
}

// One step in fifty is a spike of thirty standard deviations.
TEST(Autoregression, is_hardly_moved_by_outliers) {
  const double truth[] = {0.6};
  auto series = autoregressive(truth, 5000, 3);
  for (size_t t = 0; t < series.size(); t += 50) {
    series[t] += 30;
  }
  const auto model = fit_autoregression(series, 1);
  EXPECT_NEAR(model.level, 0, 0.15);
  EXPECT_NEAR(model.scale, 1, 0.15);
  EXPECT_GT(model.coefficients[0], 0.35);
}

TEST(Autoregression, of_order_zero_only_standardises) {
  const double series[] = {1, 2, 3, 4, 5};
  const auto model = fit_autoregression(series, 0);
  EXPECT_EQ(model.level, 3);
  EXPECT_TRUE(model.coefficients.empty());
  EXPECT_NEAR(model.scale, 1.482602218505602, 1e-12);
}

TEST(Autoregression, refuses_what_it_cannot_fit) {
  const std::vector<double> flat(50, 2.0);
  EXPECT_THROW((void)fit_autoregression(flat, 1), ContractError);
  const double few[] = {1, 2, 3};
  EXPECT_THROW((void)fit_autoregression(few, 1), ContractError);
  EXPECT_THROW((void)best_order(few, -1), ContractError);
  EXPECT_THROW(Whitener({0, {}, 0}), ContractError);
}

TEST(Whitener, gives_independent_standard_values_back) {
  const double truth[] = {0.5, 0.3};
  const auto series = autoregressive(truth, 20'000, 4);
  const auto residuals = whitened(fit_autoregression(series, 2), series);
  EXPECT_EQ(residuals.size(), series.size() - 2);
  const auto n = static_cast<double>(residuals.size());
  double square = 0, lagged = 0;
  for (size_t t = 1; t < residuals.size(); ++t) {
    square += residuals[t] * residuals[t];
    lagged += residuals[t] * residuals[t - 1];
  }
  EXPECT_NEAR(square / n, 1, 0.04);
  EXPECT_NEAR(lagged / n, 0, 0.03);
}

TEST(Whitener, waits_anew_after_a_value_that_is_missing) {
  Whitener whitener({1, {0.5}, 2});
  EXPECT_TRUE(std::isnan(whitener.push(3)));
  EXPECT_DOUBLE_EQ(whitener.push(4), (3 - 0.5 * 2) / 2.0);
  EXPECT_TRUE(std::isnan(whitener.push(std::nan(""))));
  EXPECT_TRUE(std::isnan(whitener.push(1)));
  EXPECT_DOUBLE_EQ(whitener.push(1), 0);
}

TEST(LongRunVariance, is_the_variance_of_independent_values) {
  EXPECT_NEAR(long_run_variance(autoregressive({}, 20'000, 5)), 1, 0.1);
}

// AR(1): 1 / (1 - rho)^2 times the variance of the noise.
TEST(LongRunVariance, counts_what_follows_each_other) {
  const double half[] = {0.5};
  EXPECT_NEAR(long_run_variance(autoregressive(half, 50'000, 6)), 4, 0.5);
  const double back[] = {-0.5};
  EXPECT_NEAR(long_run_variance(autoregressive(back, 50'000, 7)), 0.44, 0.06);
}

TEST(LongRunVariance, of_a_constant_is_zero_and_of_one_value_refused) {
  const std::vector<double> flat(10, 3.0);
  EXPECT_EQ(long_run_variance(flat), 0);
  const double one[] = {1};
  EXPECT_THROW((void)long_run_variance(one), ContractError);
}

}  // namespace
}  // namespace moestro
