// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

Case seen() {
  auto sign = alarm("A16", Level::kPage, 60, 1);
  sign.value = 0.95;
  sign.threshold = 0.8;
  return case_of({sign, sign});
}

TEST(D14, follows_from_its_alarm_and_names_the_layer) {
  const auto diagnosis = judged("d14-bias-rate", seen());
  ASSERT_TRUE(diagnosis);
  EXPECT_GT(diagnosis->confidence, kLowConfidence);
  EXPECT_EQ(diagnosis->layers, std::vector<int32_t>{1});
  EXPECT_EQ(diagnosis->since_step, 60);
}

TEST(D14, a_bias_that_nobody_moves_was_set_by_hand) {
  auto c = seen();
  c.facts.config = "config_version = 1\n[moe]\ncontrollers = []\n";
  const auto diagnosis = judged("d14-bias-rate", c);
  ASSERT_TRUE(diagnosis);
  EXPECT_GT(diagnosis->confidence, kLowConfidence);
  EXPECT_NE(diagnosis->action.find("set the bias back"), std::string::npos);
}

TEST(D14, is_absent_without_it) {
  EXPECT_FALSE(judged("d14-bias-rate", case_of({})));
}

}  // namespace
}  // namespace moestro
