// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/exact_assignment.h"
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

TEST(select_auction, gives_every_expert_the_same_number_of_tokens) {
  const Batch batch(32, 4);
  // All tokens like expert 0 best.
  const auto logits =
      numbers(32, 4) + here(at::tensor({5.0F, 0.0F, 0.0F, 0.0F}));
  const auto r = route(logits, batch, {.select = "auction"});
  EXPECT_EQ(ints(r.pairs.demand_E), (Ints{16, 16, 16, 16}));
}

TEST(select_auction, reaches_the_best_sum_but_for_the_gap) {
  const Batch batch(24, 4);
  const auto logits = numbers(24, 4);
  const auto r = route(logits, batch, {.select = "auction"});
  const auto scores = reals(logits.softmax(1));
  const Ints capacity(4, 12);
  const auto best = exact_assignment(
      {.tokens = 24,
       .experts = 4,
       .top_k = 2,
       .scores_TE = scores,
       .capacity_E = capacity});
  const auto ours = at_pairs(logits.softmax(1), r.pairs).sum().item<double>();
  EXPECT_GE(ours, best.objective * (1 - 0.0021));
}

TEST(select_auction, padding_takes_no_place) {
  Batch batch(8, 4, 1);
  batch.tokens.valid_T = here(at::arange(8)).lt(4);
  const auto r = route(numbers(8, 4), batch, {.select = "auction"});
  EXPECT_EQ(ints(r.pairs.demand_E), (Ints{1, 1, 1, 1}));
}

TEST(select_auction, is_refused_by_causal_models_and_says_that_it_waits) {
  const auto part = make<Select>("auction", PartSite{.num_experts = 4});
  EXPECT_FALSE(part->causal());
  EXPECT_TRUE(offers<Select>("auction", Trait::kHostSolver));
}

}  // namespace
}  // namespace moestro::test
