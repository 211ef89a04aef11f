// SPDX-License-Identifier: Apache-2.0
// Mean entropy of tokens.
#include "tests/balance/loss_fixture.h"
#include "tests/device/device.h"

namespace moestro::test {
namespace {

TEST(loss_token_entropy, lies_between_zero_and_the_logarithm_of_experts) {
  const Batch batch(4, 8);
  EXPECT_NEAR(
      loss_at("token-entropy", here(at::zeros({4, 8})), batch),
      std::log(8.0),
      1e-6);
  EXPECT_NEAR(loss_at("token-entropy", only(4, 8, 2, 1), batch), 0, 1e-6);
}

TEST(loss_token_entropy, has_the_closed_form_gradient) {
  const Batch batch(6, 5);
  const auto x = numbers(6, 5).to(at::kDouble);
  const auto p = x.softmax(1);
  const auto want = -p * (p.log() + entropy(p).unsqueeze(1)) / 6;
  EXPECT_LT(distance(slope_at("token-entropy", x, batch), want), 1e-14);
}

TEST(loss_token_entropy, has_a_finite_gradient_at_certainty) {
  const auto slope = slope_at("token-entropy", only(4, 8, 2, 1), Batch(4, 8));
  EXPECT_TRUE(at::isfinite(slope).all().item<bool>());
}

}  // namespace
}  // namespace moestro::test
