// SPDX-License-Identifier: Apache-2.0
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

Routing replayed(const Tensor& logits_TE, const Tensor& experts_TK) {
  Batch batch(logits_TE.size(0), logits_TE.size(1));
  batch.replay_TK = experts_TK;
  return route(logits_TE, batch, {.select = "replay", .weigh = "normalised"});
}

// Two experts a token.
Tensor forced(const Ints& experts) {
  return here(at::tensor(experts, at::kLong)).view({-1, 2});
}

// R25, R26: ids are forced, also outside of the best k; weights are those of
// the live scores there.
TEST(select_replay, r26_weights_come_from_live_scores_at_the_forced_experts) {
  const auto logits = matrix({{9, 8, 0, 1}});
  const auto r = replayed(logits, forced({2, 3}));
  EXPECT_EQ(ints(by_slot(r.pairs, 1, 2)), (Ints{2, 3}));
  EXPECT_NEAR(dense_weights(r, 1)[0][3].item<double>(), 0.7310586, 1e-6);
}

TEST(select_replay, r25_the_router_still_learns) {
  const auto slope = gradient(
      [](const Tensor& x) {
        return dense_weights(replayed(x, forced({2, 3})), 1)[0][3];
      },
      matrix({{9, 8, 0, 1}}));
  EXPECT_GT(slope.abs().sum().item<double>(), 0.1);
}

TEST(select_replay, minus_one_leaves_a_slot_unused_and_repeats_count_once) {
  const auto r = replayed(numbers(4, 4), forced({1, 1, -1, 3, 2, 2, 0, 9}));
  EXPECT_EQ(ints(by_slot(r.pairs, 4, 2)), (Ints{1, -1, -1, 3, 2, -1, 0, -1}));
  EXPECT_EQ(ints(r.pairs.demand_E), (Ints{1, 1, 1, 1}));
}

TEST(select_replay, without_experts_it_says_so) {
  const Batch batch(2, 4);
  auto context = batch.context();
  context.replay_TK = Tensor();
  const auto router = router_of({.select = "replay"}, site_of(batch));
  EXPECT_THROW((void)router.route(numbers(2, 4), context), c10::ValueError);
}

}  // namespace
}  // namespace moestro::test
