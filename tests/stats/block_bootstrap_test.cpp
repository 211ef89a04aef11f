// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/block_bootstrap.h"

#include <cmath>

#include <gtest/gtest.h>

#include "moestro/base/error.h"
#include "moestro/stats/whitening.h"
#include "tests/stats/series.h"

namespace moestro {
namespace {

constexpr CusumDesign kTextbook{0.5, 4};  // 335 steps between false alarms

TEST(BlockBootstrap, finds_the_run_length_of_the_textbook_on_white_noise) {
  const auto noise = autoregressive({}, 300'000, 1);
  const auto seen = bootstrap_run_length(noise, kTextbook, {});
  EXPECT_NEAR(seen.steps / run_length(kTextbook), 1, 0.15);
  EXPECT_LT(seen.range.low, seen.steps);
  EXPECT_GT(seen.range.high, seen.steps);
}

TEST(BlockBootstrap, sees_that_correlated_input_alarms_too_often) {
  const double half[] = {0.5};
  const auto series = autoregressive(half, 20'000, 2);
  const auto raw = fit_autoregression(series, 0);
  const auto white = fit_autoregression(series, 1);
  const double before =
      bootstrap_run_length(whitened(raw, series), kTextbook, {}).steps;
  const double after =
      bootstrap_run_length(whitened(white, series), kTextbook, {}).steps;
  EXPECT_LT(before, run_length(kTextbook) / 3);
  EXPECT_NEAR(after / run_length(kTextbook), 1, 0.2);
}

TEST(BlockBootstrap, raises_the_threshold_where_the_window_is_not_white) {
  const double half[] = {0.5};
  const auto series = autoregressive(half, 20'000, 3);
  const auto raw = whitened(fit_autoregression(series, 0), series);
  const Resampling how{.steps = 300'000};
  const double h = verified_threshold(raw, 0.5, 1000, how);
  EXPECT_GT(h, 1.3 * cusum_threshold(0.5, 1000));
  EXPECT_GE(
      bootstrap_run_length(raw, {0.5, h}, {.steps = 300'000, .seed = 7}).steps,
      900);
}

TEST(BlockBootstrap, never_lowers_the_threshold_of_the_theory) {
  const auto noise = autoregressive({}, 20'000, 4);
  const Resampling how{.steps = 200'000};
  const double theory = cusum_threshold(0.5, 1e7);
  const double h = verified_threshold(noise, 0.5, 1e7, how);
  EXPECT_GE(h, theory);
  EXPECT_LT(h, 1.15 * theory);
}

TEST(BlockBootstrap, gives_a_bound_where_nothing_alarmed) {
  const std::vector<double> calm(20, 0.0);
  const auto seen = bootstrap_run_length(calm, kTextbook, {.steps = 1000});
  EXPECT_EQ(seen.alarms, 0);
  EXPECT_NEAR(seen.range.low, 1000 / 3.689, 0.1);
  EXPECT_TRUE(std::isinf(seen.range.high));
}

TEST(BlockBootstrap, is_the_same_for_the_same_seed) {
  const auto noise = autoregressive({}, 500, 5);
  const Resampling how{.steps = 20'000, .seed = 9};
  EXPECT_EQ(
      bootstrap_run_length(noise, kTextbook, how).alarms,
      bootstrap_run_length(noise, kTextbook, how).alarms);
}

TEST(BlockBootstrap, refuses_windows_it_cannot_use) {
  const std::vector<double> few(5, 0.0);
  EXPECT_THROW((void)bootstrap_run_length(few, kTextbook, {}), ContractError);
  const std::vector<double> drift(50, 1.0);
  EXPECT_TRUE(
      std::isinf(verified_threshold(drift, 0.5, 1000, {.steps = 20'000})));
  EXPECT_THROW(
      (void)bootstrap_run_length(drift, kTextbook, {.block = 0.5}),
      ContractError);
}

}  // namespace
}  // namespace moestro
