// SPDX-License-Identifier: Apache-2.0
#include "moestro/probe/activation_probe.h"

#include <cmath>

#include <ATen/ops/cos.h>
#include <ATen/ops/linalg_pinv.h>
#include <ATen/ops/one_hot.h>
#include <gtest/gtest.h>

namespace moestro {
namespace {

// (1 + 1 + 1 + 625) / 4 over (28 / 4)^2.
TEST(Kurtosis, grows_with_outliers) {
  EXPECT_DOUBLE_EQ(kurtosis(at::tensor({1., -1., 1., 5.})), 157. / 49);
  EXPECT_DOUBLE_EQ(kurtosis(at::tensor({1., -1.})), 1);
}

// Groups at -2 and 2 with rows 1 from their mean: 1 within, 4 between.
TEST(ScatterRatio, is_small_for_tight_groups) {
  const auto x_TD = at::tensor({-3., -1., 1., 3.}).view({4, 1});
  EXPECT_NEAR(
      scatter_ratio(x_TD, at::tensor({0, 0, 1, 1}, at::kLong)), 0.25, 1e-9);
}

// Only the direction in which the groups differ counts.
TEST(ScatterRatio, looks_at_the_directions_between_the_groups) {
  const auto x_TD =
      at::tensor({-3., 9., -1., -9., 1., 9., 3., -9.}).view({4, 2});
  EXPECT_NEAR(
      scatter_ratio(x_TD, at::tensor({0, 0, 1, 1}, at::kLong)), 0.25, 1e-9);
}

// Against the definition, trace(S_w S_b^+), with fewer groups than dimensions
// and with more.
TEST(ScatterRatio, is_the_trace_of_within_over_between) {
  for (const int64_t dim : {9, 3}) {
    const auto x_TD =
        at::cos(at::arange(40 * dim, at::kDouble) * 1.7).view({40, dim});
    const auto group_T = at::arange(40, at::kLong).remainder(5);
    const auto mean_TD =
        at::one_hot(group_T, 5)
            .to(at::kDouble)
            .mm(at::one_hot(group_T, 5).to(at::kDouble).t().mm(x_TD) / 8);
    const auto within_TD = x_TD - mean_TD;
    const auto between_TD = mean_TD - x_TD.mean(0, true);
    const auto ratio = within_TD.t().mm(within_TD).mm(
        at::linalg_pinv(between_TD.t().mm(between_TD), 1e-9, true));
    const double wanted = ratio.diagonal().sum().item<double>();
    EXPECT_NEAR(scatter_ratio(x_TD, group_T), wanted, 1e-9 * wanted) << dim;
  }
}

TEST(ScatterRatio, of_what_is_not_finite_is_unknown) {
  const auto group_T = at::tensor({0, 1}, at::kLong);
  for (const double odd : {std::nan(""), HUGE_VAL}) {
    EXPECT_TRUE(
        std::isnan(scatter_ratio(at::tensor({odd, 2.}).view({2, 1}), group_T)));
  }
}

TEST(ScatterRatio, of_one_group_is_unknown) {
  EXPECT_TRUE(std::isnan(scatter_ratio(
      at::tensor({1., 2.}).view({2, 1}), at::tensor({0, 0}, at::kLong))));
}

}  // namespace
}  // namespace moestro
