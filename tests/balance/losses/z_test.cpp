// SPDX-License-Identifier: Apache-2.0
// Mean logsumexp^2.
#include "tests/balance/loss_fixture.h"
#include "tests/device/device.h"

namespace moestro::test {
namespace {

TEST(loss_z, is_the_mean_square_of_logsumexp) {
  const Batch batch(4, 8);
  EXPECT_NEAR(
      loss_at("z", here(at::full({4, 8}, 3.0)), batch),
      std::pow(3 + std::log(8.0), 2),
      1e-4);
}

TEST(loss_z, has_the_closed_form_gradient) {
  const Batch batch(6, 5);
  const auto x = numbers(6, 5).to(at::kDouble);
  const auto want = 2 * x.logsumexp(1, true) * x.softmax(1) / 6;
  EXPECT_LT(distance(slope_at("z", x, batch), want), 1e-14);
}

TEST(loss_z, leaves_padding_out) {
  Batch batch(4, 8);
  batch.tokens.valid_T = here(at::tensor({1, 0, 0, 0})).to(at::kBool);
  const auto logits =
      at::cat({here(at::zeros({1, 8})), here(at::full({3, 8}, 90.0))});
  EXPECT_NEAR(loss_at("z", logits, batch), std::pow(std::log(8.0), 2), 1e-5);
  batch.tokens.valid_T.mask().zero_();
  EXPECT_EQ(loss_at("z", logits, batch), 0);
}

}  // namespace
}  // namespace moestro::test
