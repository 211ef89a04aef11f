// SPDX-License-Identifier: Apache-2.0
// L1 with more pull on busy experts.
#include "tests/balance/loss_fixture.h"

namespace moestro::test {
namespace {

const Names kReMoE = {.score = "relu", .select = "positive"};

TEST(loss_l1_balanced, equals_l1_when_experts_are_used_evenly) {
  const Batch batch(2, 4);
  const auto r = route(matrix({{1, 1, 0, 0}, {0, 0, 1, 1}}), batch, kReMoE);
  EXPECT_FLOAT_EQ(loss_of("l1-balanced", r, batch).item<float>(), 2);
  EXPECT_FLOAT_EQ(loss_of("l1", r, batch).item<float>(), 2);
}

TEST(loss_l1_balanced, is_larger_when_the_same_experts_are_used) {
  const Batch batch(2, 4);
  const auto r = route(matrix({{1, 1, 0, 0}, {1, 1, 0, 0}}), batch, kReMoE);
  EXPECT_FLOAT_EQ(loss_of("l1-balanced", r, batch).item<float>(), 4);
}

TEST(loss_l1_balanced, has_the_closed_form_gradient) {
  const Batch batch(6, 5);
  const auto x = numbers(6, 5).to(at::kDouble);
  const auto active = x.gt(0).to(at::kDouble);
  const auto want = 5 * active * active.sum(0) / (2 * 6) / 6;
  EXPECT_LT(distance(slope_at("l1-balanced", x, batch, kReMoE), want), 1e-14);
}

}  // namespace
}  // namespace moestro::test
