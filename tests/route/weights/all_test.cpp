// SPDX-License-Identifier: Apache-2.0
// Shares among all experts.
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

TEST(weigh_all, is_the_share_among_all_experts_whatever_the_score) {
  const Batch batch(4, 5);
  const auto x = numbers(4, 5);
  const auto soft = route(x, batch, {.weigh = "raw"});
  const auto r = route(x, batch, {.score = "sigmoid", .weigh = "all"});
  EXPECT_LT(distance(r.weight_N, soft.weight_N), 1e-7);
}

TEST(weigh_all, follows_the_temperature) {
  Batch batch(4, 5);
  batch.knobs.temperature = 0.5;
  const auto x = numbers(4, 5);
  const auto r = route(x, batch, {.weigh = "all"});
  EXPECT_LT(distance(r.weight_N, at_pairs((x * 2).softmax(1), r.pairs)), 1e-7);
}

}  // namespace
}  // namespace moestro::test
