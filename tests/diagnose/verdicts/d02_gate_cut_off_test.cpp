// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

Case seen() {
  auto sign = alarm("A10", Level::kPage, 60, 1);
  sign.value = 0.95;
  sign.threshold = 0.8;
  return case_of({sign, sign});
}

TEST(D02, follows_from_its_alarm_and_names_the_layer) {
  const auto diagnosis = judged("d02-gate-cut-off", seen());
  ASSERT_TRUE(diagnosis);
  EXPECT_GT(diagnosis->confidence, kLowConfidence);
  EXPECT_EQ(diagnosis->layers, std::vector<int32_t>{1});
  EXPECT_EQ(diagnosis->since_step, 60);
}

TEST(D02, a_router_that_was_saturated_before_is_not_cut_off) {
  auto c = seen();
  const double alone = confidence("d02-gate-cut-off", c);
  c.alarms.push_back(alarm("A08", Level::kPage, 70, 1));
  EXPECT_EQ(confidence("d02-gate-cut-off", c), alone);
  c.alarms.push_back(alarm("A06", Level::kWarn, 40, 1));
  EXPECT_LT(confidence("d02-gate-cut-off", c), alone);
}

TEST(D02, is_absent_without_it) {
  EXPECT_FALSE(judged("d02-gate-cut-off", case_of({})));
}

}  // namespace
}  // namespace moestro
