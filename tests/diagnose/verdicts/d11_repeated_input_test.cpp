// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

TEST(D11, follows_from_its_alarm) {
  const auto d =
      judged("d11-repeated-input", case_of({alarm("A18", Level::kWarn, 450)}));
  ASSERT_TRUE(d);
  EXPECT_GT(d->confidence, 0.7);
  EXPECT_EQ(d->since_step, 450);
}

TEST(D11, padding_looks_the_same_and_is_not_meant) {
  auto c = case_of({alarm("A18", Level::kWarn, 450)});
  c.run = {{.step = 900, .commonest = 0.62}};
  EXPECT_LT(confidence("d11-repeated-input", c), kLowConfidence);
}

TEST(D11, is_absent_without_it) {
  EXPECT_FALSE(judged("d11-repeated-input", case_of({})));
}

}  // namespace
}  // namespace moestro
