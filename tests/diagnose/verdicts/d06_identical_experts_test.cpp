// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

Case seen() {
  auto sign = alarm("A12", Level::kPage, 60, 1);
  sign.value = 0.95;
  sign.threshold = 0.8;
  return case_of({sign, sign});
}

TEST(D06, follows_from_its_alarm_and_names_the_layer) {
  const auto diagnosis = judged("d06-identical-experts", seen());
  ASSERT_TRUE(diagnosis);
  EXPECT_GT(diagnosis->confidence, kLowConfidence);
  EXPECT_EQ(diagnosis->layers, std::vector<int32_t>{1});
  EXPECT_EQ(diagnosis->since_step, 60);
}

TEST(D06, is_absent_without_it) {
  EXPECT_FALSE(judged("d06-identical-experts", case_of({})));
}

}  // namespace
}  // namespace moestro
