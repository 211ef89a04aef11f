// SPDX-License-Identifier: Apache-2.0
// Sigmoid scores and their shares.
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

TEST(score_sigmoid, scores_each_expert_for_itself) {
  const auto part = make<Score>("sigmoid", PartSite{});
  const auto score = part->score(matrix({{0, std::log(3.0)}}));
  EXPECT_LT(distance(score, matrix({{0.5, 0.75}})), 1e-7);
}

// R10 (Megatron-LM#1545, OLMo-core#255): scores of 1e-21.
TEST(score_sigmoid, r10_shares_sum_to_one_however_small_the_scores) {
  const auto part = make<Score>("sigmoid", PartSite{});
  for (const double logit : {-48.354, -90.0, -1e4}) {
    const auto share =
        part->probabilities(here(at::full({1, 8}, logit, at::kFloat)));
    EXPECT_EQ(reals(share), std::vector<double>(8, 0.125)) << logit;
  }
}

TEST(score_sigmoid, shares_are_scores_over_their_sum) {
  const auto part = make<Score>("sigmoid", PartSite{});
  const auto logits = numbers(4, 5).to(at::kDouble);
  const auto score = part->score(logits);
  EXPECT_LT(
      distance(part->probabilities(logits), score / score.sum(1, true)), 1e-15);
}

}  // namespace
}  // namespace moestro::test
