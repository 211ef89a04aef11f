// SPDX-License-Identifier: Apache-2.0
// A full expert keeps its highest live scores.
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

Routing limited(const Tensor& logits_TE, double factor) {
  Batch batch(logits_TE.size(0), logits_TE.size(1), 1);
  batch.knobs.capacity = factor;
  return route(logits_TE, batch, {.admit = "by-score"});
}

TEST(admit_by_score, keeps_the_highest_scores) {
  const auto r = limited(matrix({{1, 0}, {4, 0}, {2, 0}, {3, 0}}), 1);
  EXPECT_EQ(ints(kept_E(r.pairs)), (Ints{2, 0}));
  EXPECT_EQ(ints(r.pairs.demand_E), (Ints{4, 0}));
  EXPECT_EQ(ints(r.pairs.token_N), (Ints{1, 3, 0, 2}));
  EXPECT_EQ(ints(r.pairs.expert_N), (Ints{0, 0, 0, 0}));
  EXPECT_EQ(reals(r.weight_N.narrow(0, 2, 2)), (std::vector<double>{0.0, 0.0}));
}

TEST(admit_by_score, ties_go_to_the_lower_token) {
  const auto r = limited(matrix({{1, 0}, {1, 0}, {1, 0}, {1, 0}}), 1);
  EXPECT_EQ(ints(r.pairs.token_N), (Ints{0, 1, 2, 3}));
}

TEST(admit_by_score, ranks_by_the_live_score_not_the_biased_one) {
  Batch batch(2, 2, 1);
  batch.knobs.capacity = 1;
  batch.bias_E = here(at::tensor({5.0F, 0.0F}));
  const auto r = route(matrix({{0, 1}, {1, 0}}), batch, {.admit = "by-score"});
  EXPECT_EQ(ints(r.pairs.demand_E), (Ints{2, 0}));
  EXPECT_EQ(ints(r.pairs.token_N), (Ints{1, 0}));
}

// The published rule and ours differ here: expert 2 is second choice of both.
TEST(admit_by_score, ranks_pairs_or_tokens_by_their_best_score) {
  Batch batch(2, 3, 2);
  batch.knobs.capacity = 0.5;
  const auto logits = matrix({{3, -2, 1}, {4, -1, 1}});
  const auto r = route(logits, batch);
  const auto kept = [&](std::string_view rank) {
    const auto part = make<Admit>("by-score", site_of(batch), {{"rank", rank}});
    const auto pairs = part->admit(r.pairs, r.scores, batch.context());
    return ints(pairs.token_N.narrow(0, 0, 2));
  };
  EXPECT_EQ(kept("pair"), (Ints{1, 0}));
  EXPECT_EQ(kept("token"), (Ints{1, 1}));
}

TEST(admit_by_score, first_choices_go_before_second_ones_of_better_tokens) {
  Batch batch(2, 2, 2);
  batch.knobs.capacity = 0.5;
  const auto r = route(matrix({{1, 9}, {1, 0}}), batch);
  const auto part =
      make<Admit>("by-score", site_of(batch), {{"rank", "token"}});
  const auto pairs = part->admit(r.pairs, r.scores, batch.context());
  EXPECT_EQ(ints(pairs.token_N.narrow(0, 0, 2)), (Ints{1, 0}));
}

TEST(admit_by_score, scores_that_underflow_are_ranked_by_their_logits) {
  Batch batch(3, 2, 2);
  batch.knobs.capacity = 1.0 / 3;
  const auto r = route(
      matrix({{200, 1}, {200, 3}, {200, 2}}), batch, {.admit = "by-score"});
  EXPECT_EQ(ints(r.pairs.token_N.narrow(0, 0, 2)), (Ints{0, 1}));
}

TEST(admit_by_score, zero_drops_nobody) {
  EXPECT_EQ(
      ints(kept_E(limited(here(at::zeros({6, 2})), 0).pairs)), (Ints{6, 0}));
}

}  // namespace
}  // namespace moestro::test
