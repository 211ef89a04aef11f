// SPDX-License-Identifier: Apache-2.0
// Mean H(p_t) - H(mean p).
#include <ATen/ops/eye.h>

#include "tests/balance/loss_fixture.h"
#include "tests/device/device.h"

namespace moestro::test {
namespace {

TEST(loss_mutual_information, lies_between_minus_ln_e_and_zero) {
  const Batch batch(8, 4);
  const auto each = here(at::eye(4)).repeat({2, 1}) * 200;
  EXPECT_NEAR(loss_at("mutual-information", each, batch), -std::log(4.0), 1e-6);
  EXPECT_NEAR(
      loss_at(
          "mutual-information", matrix({{1, 2, 3, 4}}).expand({8, 4}), batch),
      0,
      1e-6);
}

TEST(loss_mutual_information, has_the_closed_form_gradient) {
  const Batch batch(6, 5);
  const auto x = numbers(6, 5).to(at::kDouble);
  const auto p = x.softmax(1);
  const auto token = -p * (p.log() + entropy(p).unsqueeze(1)) / 6;
  const auto g = (p.mean(0).log() + 1).expand({6, 5});
  const auto want = token + through_softmax(p, g) / 6;
  EXPECT_LT(distance(slope_at("mutual-information", x, batch), want), 1e-14);
}

TEST(loss_mutual_information, padding_alone_is_zero) {
  Batch batch(8, 4);
  batch.tokens.valid_T.mask().zero_();
  EXPECT_EQ(loss_at("mutual-information", numbers(8, 4), batch), 0);
}

}  // namespace
}  // namespace moestro::test
