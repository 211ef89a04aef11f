// SPDX-License-Identifier: Apache-2.0
#include "moestro/probe/activation_probe.h"

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

TEST(ScatterRatio, of_one_group_is_unknown) {
  EXPECT_TRUE(std::isnan(scatter_ratio(
      at::tensor({1., 2.}).view({2, 1}), at::tensor({0, 0}, at::kLong))));
}

}  // namespace
}  // namespace moestro
