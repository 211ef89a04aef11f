// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

Case of_layers(std::vector<AlarmEntry> alarms) {
  auto c = case_of(std::move(alarms));
  for (int32_t l = 0; l < 4; ++l) {
    c.layers[{l, ""}] = {.briefs = {{}}, .recent_loads = {{1, 1}}};
  }
  return c;
}

TEST(D21, one_layer_of_four_is_ill) {
  const auto d = judged(
      "d21-depth-effect",
      of_layers(
          {alarm("A02", Level::kWarn, 300, 3),
           alarm("A01", Level::kWarn, 400, 3)}));
  ASSERT_TRUE(d);
  EXPECT_EQ(d->layers, std::vector<int32_t>{3});
  EXPECT_EQ(d->since_step, 300);
  // It says where, not why.
  EXPECT_LT(d->confidence, kLowConfidence);
}

TEST(D21, two_layers_are_a_matter_of_the_run) {
  EXPECT_FALSE(judged(
      "d21-depth-effect",
      of_layers(
          {alarm("A01", Level::kWarn, 400, 1),
           alarm("A01", Level::kWarn, 400, 3)})));
}

}  // namespace
}  // namespace moestro
