// SPDX-License-Identifier: Apache-2.0
// Softmax scores.
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

TEST(score_softmax, sums_to_one_and_equals_its_probabilities) {
  const auto part = make<Score>("softmax", PartSite{});
  const auto logits = matrix({{0, std::log(2.0), std::log(5.0)}});
  EXPECT_LT(
      distance(part->score(logits), matrix({{0.125, 0.25, 0.625}})), 1e-7);
  EXPECT_TRUE(equal(part->score(logits), part->probabilities(logits)));
}

TEST(score_softmax, keeps_double) {
  const auto part = make<Score>("softmax", PartSite{});
  EXPECT_EQ(
      part->score(numbers(2, 3).to(at::kDouble)).scalar_type(), at::kDouble);
}

}  // namespace
}  // namespace moestro::test
