// SPDX-License-Identifier: Apache-2.0
// Expert choice: balance, capacity of valid tokens, ranks.
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

const Names kExpertChoice = {.select = "expert-choice"};

TEST(select_expert_choice, each_expert_takes_its_best_tokens) {
  const Batch batch(4, 2, 1);
  const auto r =
      route(matrix({{3, 0}, {2, 0}, {1, 0}, {0, 0}}), batch, kExpertChoice);
  EXPECT_EQ(ints(r.pairs.demand_E), (Ints{2, 2}));
  EXPECT_EQ(ints(r.pairs.token_N), (Ints{0, 1, 2, 3}));
  EXPECT_EQ(ints(r.pairs.expert_N), (Ints{0, 0, 1, 1}));
  EXPECT_EQ(ints(r.pairs.slot_N), (Ints{0, 1, 1, 0}));
}

TEST(select_expert_choice, ties_go_to_the_lower_token) {
  const Batch batch(6, 3, 1);
  const auto r = route(here(at::zeros({6, 3})), batch, kExpertChoice);
  EXPECT_EQ(ints(r.pairs.token_N), (Ints{0, 1, 0, 1, 0, 1}));
}

TEST(select_expert_choice, scores_that_underflow_are_ranked_by_their_logits) {
  const Batch batch(4, 2, 1);
  const auto r = route(
      matrix({{200, 1}, {200, 2}, {200, 3}, {200, 4}}), batch, kExpertChoice);
  EXPECT_EQ(ints(r.pairs.token_N), (Ints{0, 1, 2, 3}));
  EXPECT_EQ(ints(r.pairs.slot_N), (Ints{0, 1, 1, 0}));
}

TEST(select_expert_choice, lays_out_all_rows_but_fills_for_valid_ones) {
  Batch batch(8, 2, 1);
  batch.tokens.valid_T =
      here(at::tensor({1, 0, 1, 0, 1, 0, 1, 0})).to(at::kBool);
  const auto r = route(numbers(8, 2), batch, kExpertChoice);
  EXPECT_EQ(r.pairs.token_N.size(0), 8);
  EXPECT_EQ(ints(r.pairs.demand_E), (Ints{2, 2}));
  for (const auto token : ints(r.pairs.token_N.narrow(0, 0, 4))) {
    EXPECT_EQ(token % 2, 0);
  }
  EXPECT_EQ(ints(r.pairs.expert_N.narrow(0, 4, 4)), (Ints{-1, -1, -1, -1}));
}

TEST(select_expert_choice, the_capacity_knob_is_its_factor) {
  Batch batch(8, 4, 1);
  batch.knobs.capacity = 2;
  const auto r = route(numbers(8, 4), batch, kExpertChoice);
  EXPECT_EQ(ints(r.pairs.demand_E), (Ints{4, 4, 4, 4}));
}

TEST(select_expert_choice, does_not_claim_to_be_causal) {
  for (const auto* variant : variants<Select>()) {
    if (variant->info.name == "expert-choice") {
      EXPECT_FALSE(variant->info.offers.has(Trait::kCausal));
    }
  }
}

}  // namespace
}  // namespace moestro::test
