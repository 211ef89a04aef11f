// SPDX-License-Identifier: Apache-2.0
// Softmax over the chosen logits.
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

TEST(weigh_selected_softmax, is_the_softmax_over_the_chosen) {
  const Batch batch(1, 4);
  const auto r = route(
      matrix({{std::log(3.0), 0, -9, -9}}),
      batch,
      {.score = "sigmoid", .weigh = "selected-softmax"});
  EXPECT_LT(distance(dense_weights(r, 1), matrix({{0.75, 0.25, 0, 0}})), 1e-7);
}

TEST(weigh_selected_softmax, survives_choices_far_below_the_best) {
  Batch batch(1, 4);
  batch.bias_E = here(at::tensor({0.0F, 0.0F, 9.0F, 9.0F}));
  const auto r =
      route(matrix({{500, 400, 0, 0}}), batch, {.weigh = "selected-softmax"});
  EXPECT_EQ(reals(dense_weights(r, 1)), (std::vector<double>{0, 0, 0.5, 0.5}));
}

TEST(weigh_selected_softmax, padding_has_no_weight_and_no_gradient) {
  Batch batch(2, 4);
  batch.tokens.valid_T = here(at::tensor({1, 0})).to(at::kBool);
  const auto slope = gradient(
      [&](const Tensor& x) {
        const auto r = route(x, batch, {.weigh = "selected-softmax"});
        return r.weight_N.square().sum();
      },
      numbers(2, 4));
  EXPECT_TRUE(at::isfinite(slope).all().item<bool>());
  EXPECT_EQ(slope[1].abs().sum().item<double>(), 0);
  EXPECT_GT(slope[0].abs().sum().item<double>(), 0);
}

}  // namespace
}  // namespace moestro::test
