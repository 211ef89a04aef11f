// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

const std::string kConfig =
    "[moe]\nlosses = []\ncontrollers = [\"sign-bias\"]\n"
    "[moe.controller.sign-bias]\nrate = 0.01\n";

Case held(double drift, std::string config) {
  auto c = case_of(
      {alarm("A01", Level::kPage, 165, 2), alarm("A03", Level::kPage, 210, 2)},
      std::move(config));
  auto& history = c.layers[{2, ""}];
  for (int64_t i = 1; i <= 20; ++i) {
    history.briefs.push_back(
        {.step = 50 * i, .max_vio = 2.0, .bias_drift = drift});
  }
  history.recent_loads = {
      {3, 1, 0, 0}, {3, 1, 0, 0}, {3, 0, 1, 0}, {3, 1, 0, 0}};
  return c;
}

TEST(D23, a_bias_that_does_not_move_though_loads_stay_uneven) {
  const auto c = held(2e-4, kConfig);
  const auto d = judged("d23-idle-controller", c);
  ASSERT_TRUE(d);
  EXPECT_GT(d->confidence, 0.8);
  EXPECT_EQ(d->layers, std::vector<int32_t>{2});
  EXPECT_EQ(d->since_step, 50);
  // No advice to raise a rate that reaches nobody.
  EXPECT_LT(confidence("d03-rich-get-richer", c), kLowConfidence);
}

TEST(D23, a_bias_that_moves_acts_however_uneven_loads_are) {
  EXPECT_FALSE(judged("d23-idle-controller", held(8e-3, kConfig)));
}

TEST(D23, where_no_controller_is_nobody_is_idle) {
  EXPECT_FALSE(
      judged("d23-idle-controller", held(0, "[moe]\ncontrollers = []\n")));
}

}  // namespace
}  // namespace moestro
