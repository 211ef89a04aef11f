// SPDX-License-Identifier: Apache-2.0
// Raw weights are live scores.
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

TEST(weigh_raw, is_the_live_score) {
  const Batch batch(4, 5);
  const auto r = route(numbers(4, 5), batch);
  EXPECT_TRUE(equal(r.weight_N, at_pairs(r.scores.live_TE, r.pairs)));
}

// R29 (vllm#11971): the bias chooses, it never weighs.
TEST(weigh_raw, r29_holds_no_bias) {
  Batch batch(2, 4);
  batch.bias_E = here(at::tensor({0.0F, 0.0F, 10.0F, 10.0F}));
  const auto logits = matrix({{2, 1, 0, -1}, {2, 1, 0, -1}});
  for (const auto* weigh : {"raw", "normalised", "selected-softmax", "all"}) {
    const auto r = route(logits, batch, {.weigh = weigh});
    EXPECT_EQ(ints(r.pairs.demand_E), (Ints{0, 0, 2, 2}));
    EXPECT_LE(r.weight_N.max().item<double>(), 1) << weigh;
  }
  const auto r = route(logits, batch, {.weigh = "normalised"});
  EXPECT_NEAR(dense_weights(r, 2)[0][2].item<double>(), 0.7310586, 1e-6);
}

TEST(weigh_raw, is_scaled) {
  const Batch batch(4, 5);
  const auto x = numbers(4, 5);
  const auto scaled = route(x, batch, {.weigh_params = {{"scale", 2.5}}});
  EXPECT_LT(distance(scaled.weight_N, route(x, batch).weight_N * 2.5), 1e-6);
}

TEST(weigh_raw, allows_one_expert_a_token) {
  EXPECT_NO_THROW(make<Weigh>("raw", PartSite{.num_experts = 4, .top_k = 1}));
}

}  // namespace
}  // namespace moestro::test
