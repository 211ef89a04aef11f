// SPDX-License-Identifier: Apache-2.0
// Normalised weights.
#include <limits>

#include "moestro/base/error.h"
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

Tensor weights_of(const Tensor& logits_TE, const Names& names, Batch batch) {
  return dense_weights(route(logits_TE, batch, names), logits_TE.size(0));
}
const Names kSigmoid = {.score = "sigmoid", .weigh = "normalised"};

TEST(weigh_normalised, sums_to_one_however_small_the_scores) {
  for (const double logit : {0.0, -48.0, -80.0}) {
    const auto weights = weights_of(
        here(at::full({2, 4}, logit, at::kFloat)), kSigmoid, Batch(2, 4));
    EXPECT_EQ(reals(weights.sum(1)), (std::vector<double>{1, 1})) << logit;
  }
}

TEST(weigh_normalised, is_equal_where_every_score_is_zero) {
  const auto weights =
      weights_of(here(at::full({1, 4}, -1e4)), kSigmoid, Batch(1, 4));
  EXPECT_EQ(reals(weights), (std::vector<double>{0.5, 0.5, 0, 0}));
}

TEST(weigh_normalised, dropped_pairs_count_in_the_denominator) {
  Batch batch(2, 2, 2);
  batch.knobs.capacity = 0.5;
  const auto logits = matrix({{std::log(3.0), 0}, {std::log(3.0), 0}});
  const auto weights =
      weights_of(logits, {.admit = "by-arrival", .weigh = "normalised"}, batch);
  EXPECT_LT(distance(weights, matrix({{0.75, 0.25}, {0, 0}})), 1e-7);
}

TEST(weigh_normalised, keeps_nan_for_the_loss_to_show) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto weights =
      weights_of(matrix({{nan, 1, 2}}), kSigmoid, Batch(1, 3, 3));
  EXPECT_TRUE(weights.isnan().any().item<bool>());
}

TEST(weigh_normalised, refuses_one_expert_a_token) {
  const PartSite site = {.num_experts = 4, .top_k = 1};
  for (const auto* name : {"normalised", "selected-softmax"}) {
    try {
      make<Weigh>(name, site);
      ADD_FAILURE() << name << " was made";
    } catch (const ConfigurationError& failure) {
      const std::string message = failure.what();
      EXPECT_NE(message.find("moe.weigh=raw"), std::string::npos);
      EXPECT_NE(message.find("no gradient"), std::string::npos);
      EXPECT_NE(message.find("moe.allow_dead_router=true"), std::string::npos);
    }
  }
}

TEST(weigh_normalised, keeps_a_dead_router_that_is_asked_for) {
  const PartSite site = {
      .num_experts = 4, .top_k = 1, .allow_dead_router = true};
  for (const auto* name : {"normalised", "selected-softmax"}) {
    EXPECT_NO_THROW(make<Weigh>(name, site)) << name;
  }
}

}  // namespace
}  // namespace moestro::test
