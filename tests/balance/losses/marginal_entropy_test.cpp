// SPDX-License-Identifier: Apache-2.0
// ln E - H(mean p).
#include <ATen/ops/eye.h>

#include "tests/balance/loss_fixture.h"
#include "tests/device/device.h"

namespace moestro::test {
namespace {

TEST(loss_marginal_entropy, is_zero_when_equal_and_ln_e_when_collapsed) {
  const Batch batch(8, 4);
  const auto each = here(at::eye(4)).repeat({2, 1}) * 200;
  EXPECT_NEAR(loss_at("marginal-entropy", each, batch), 0, 1e-6);
  EXPECT_NEAR(
      loss_at("marginal-entropy", only(8, 4, 1, 1), batch),
      std::log(4.0),
      1e-6);
}

TEST(loss_marginal_entropy, padding_alone_is_zero) {
  Batch batch(8, 4);
  batch.tokens.valid_T.mask().zero_();
  EXPECT_EQ(loss_at("marginal-entropy", numbers(8, 4), batch), 0);
}

TEST(loss_marginal_entropy, has_the_closed_form_gradient) {
  const Batch batch(6, 5);
  const auto x = numbers(6, 5).to(at::kDouble);
  const auto p = x.softmax(1);
  const auto g = (p.mean(0).log() + 1).expand({6, 5});
  EXPECT_LT(
      distance(
          slope_at("marginal-entropy", x, batch), through_softmax(p, g) / 6),
      1e-14);
}

}  // namespace
}  // namespace moestro::test
