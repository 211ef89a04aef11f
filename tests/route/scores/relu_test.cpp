// SPDX-License-Identifier: Apache-2.0
// ReLU scores and their shares.
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

TEST(score_relu, is_zero_below_zero) {
  const auto part = make<Score>("relu", PartSite{});
  EXPECT_TRUE(equal(part->score(matrix({{-2, 0, 3}})), matrix({{0, 0, 3}})));
}

TEST(score_relu, shares_are_equal_where_no_score_is_positive) {
  const auto part = make<Score>("relu", PartSite{});
  const auto share =
      part->probabilities(matrix({{-1, -2, -3, -4}, {-1, 1, 3, 0}}));
  EXPECT_TRUE(
      equal(share, matrix({{0.25, 0.25, 0.25, 0.25}, {0, 0.25, 0.75, 0}})));
}

TEST(score_relu, gradient_of_shares_is_finite_everywhere) {
  const auto part = make<Score>("relu", PartSite{});
  const auto slope = gradient(
      [&](const Tensor& logits) {
        return part->probabilities(logits).square().sum();
      },
      matrix({{-1, -2}, {0, 0}, {1, 2}}));
  EXPECT_TRUE(at::isfinite(slope).all().item<bool>());
  EXPECT_EQ(slope.narrow(0, 0, 2).abs().sum().item<double>(), 0);
  EXPECT_GT(slope[2].abs().sum().item<double>(), 0);
}

}  // namespace
}  // namespace moestro::test
