// SPDX-License-Identifier: Apache-2.0
// First come, first served.
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

Routing limited(
    const Tensor& logits_TE, int64_t k, double factor, int64_t minimum = 0) {
  Batch batch(logits_TE.size(0), logits_TE.size(1), k);
  batch.knobs.capacity = factor;
  return route(
      logits_TE,
      batch,
      {.admit = "by-arrival", .admit_params = {{"minimum", minimum}}});
}

// R31 (DeepSpeed#1658): 5 tokens all on expert 0.
TEST(admit_by_arrival, r31_capacity_has_a_minimum) {
  const auto logits = matrix({{9, 0, 0, 0}}).expand({5, 4});
  const auto four = limited(logits, 1, 1.0, 4);
  EXPECT_EQ(ints(four.pairs.demand_E), (Ints{5, 0, 0, 0}));
  EXPECT_EQ(ints(kept_E(four.pairs)), (Ints{4, 0, 0, 0}));
  EXPECT_EQ(ints(four.pairs.token_N), (Ints{0, 1, 2, 3, 4}));
  const auto two = limited(logits, 1, 1.0);
  EXPECT_EQ(ints(kept_E(two.pairs)), (Ints{2, 0, 0, 0}));
}

// R32 (DeepSpeed#5353): factor * k > E.
TEST(admit_by_arrival, r32_capacity_never_exceeds_the_tokens) {
  const auto r = limited(numbers(6, 4), 2, 100.0, 1000);
  EXPECT_TRUE(equal(kept_E(r.pairs), r.pairs.demand_E));
  EXPECT_EQ(r.pairs.demand_E.sum().item<int64_t>(), 12);
}

TEST(admit_by_arrival, first_choices_go_before_second_ones) {
  const auto r = limited(matrix({{1, 2}, {2, 1}, {2, 1}, {1, 2}}), 2, 0.5);
  EXPECT_EQ(ints(kept_E(r.pairs)), (Ints{2, 2}));
  EXPECT_EQ(ints(r.pairs.token_N.narrow(0, 0, 4)), (Ints{1, 2, 0, 3}));
  EXPECT_EQ(ints(r.pairs.slot_N.narrow(0, 0, 4)), (Ints{0, 0, 0, 0}));
}

TEST(admit_by_arrival, in_the_order_of_tokens_all_choices_go_before_the_next) {
  Batch batch(4, 2, 2);
  batch.knobs.capacity = 0.5;
  const auto logits = matrix({{1, 2}, {2, 1}, {2, 1}, {1, 2}});
  const auto select = make<Select>("top-k", site_of(batch));
  const auto admit =
      make<Admit>("by-arrival", site_of(batch), {{"order", "token"}});
  const Scores scores = {.choice_TE = logits, .tie_TE = logits};
  const auto pairs = admit->admit(
      select->select(scores, batch.context()), scores, batch.context());
  EXPECT_EQ(ints(pairs.token_N.narrow(0, 0, 4)), (Ints{0, 1, 0, 1}));
  EXPECT_TRUE(admit->causal());
}

TEST(admit_by_arrival, is_causal_by_choice_with_one_choice_only) {
  EXPECT_TRUE(make<Admit>("by-arrival", PartSite{.top_k = 1})->causal());
  EXPECT_FALSE(make<Admit>("by-arrival", PartSite{.top_k = 2})->causal());
}

TEST(admit_by_arrival, capacity_counts_valid_tokens_only) {
  Batch batch(8, 2, 1);
  batch.knobs.capacity = 1;
  batch.tokens.valid_T = here(at::arange(8)).lt(4);
  const auto r =
      route(matrix({{1, 0}}).expand({8, 2}), batch, {.admit = "by-arrival"});
  EXPECT_EQ(ints(r.pairs.demand_E), (Ints{4, 0}));
  EXPECT_EQ(ints(kept_E(r.pairs)), (Ints{2, 0}));
}

}  // namespace
}  // namespace moestro::test
