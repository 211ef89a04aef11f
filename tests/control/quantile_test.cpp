// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/quantile.h"

#include "tests/control/quantile_fixture.h"

namespace moestro::test {
namespace {

TEST(quantile, one_step_is_that_of_the_solver) {
  auto layer = scored_layer(64, 4);
  const auto controller = make_controller("quantile");
  const auto wanted = quantile_balance_step(
      layer.totals.scores, std::vector<double>(4, 0.0), 2);
  step_once(*controller, layer);
  for (size_t e = 0; e < 4; ++e) {
    EXPECT_NEAR(layer.knobs.bias[e], wanted[e], 1e-6);
  }
}

TEST(quantile, memory_keeps_a_share_of_the_old_bias) {
  auto fresh = scored_layer(64, 4), slow = scored_layer(64, 4);
  step_once(*make_controller("quantile"), fresh);
  step_once(*make_controller("quantile", {}, {{"memory", 0.75}}), slow);
  EXPECT_NEAR(slow.knobs.bias[0], 0.25 * fresh.knobs.bias[0], 1e-6);
}

TEST(quantile, nothing_moves_where_every_expert_is_chosen) {
  auto layer = scored_layer(64, 4);
  layer.knobs.k = 4;
  step_once(*make_controller("quantile"), layer);
  EXPECT_EQ(layer.knobs.bias, std::vector<float>(4, 0.0F));
}

TEST(quantile, balances_skewed_scores_in_a_few_steps) {
  auto layer = scored_layer(512, 8);
  const auto controller = make_controller("quantile");
  const double before = max_violation(layer);
  for (int64_t step = 1; step <= 10; ++step) {
    step_once(*controller, layer, step);
  }
  EXPECT_GT(before, 0.5);
  EXPECT_LT(max_violation(layer), 0.15);
}

}  // namespace
}  // namespace moestro::test
