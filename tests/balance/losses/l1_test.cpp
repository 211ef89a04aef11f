// SPDX-License-Identifier: Apache-2.0
// Mean weight.
#include "tests/balance/loss_fixture.h"

namespace moestro::test {
namespace {

const Names kReMoE = {.score = "relu", .select = "positive"};

TEST(loss_l1, is_the_mean_weight_of_a_token) {
  const Batch batch(2, 3);
  const auto r = route(matrix({{1, 2, -3}, {-1, 0, 4}}), batch, kReMoE);
  EXPECT_FLOAT_EQ(loss_of("l1", r, batch).item<float>(), 3.5);
}

TEST(loss_l1, has_the_closed_form_gradient) {
  const Batch batch(6, 5);
  const auto x = numbers(6, 5).to(at::kDouble);
  const auto want = x.gt(0).to(at::kDouble) / 6;
  EXPECT_LT(distance(slope_at("l1", x, batch, kReMoE), want), 1e-15);
}

}  // namespace
}  // namespace moestro::test
