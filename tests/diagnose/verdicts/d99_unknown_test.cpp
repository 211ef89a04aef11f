// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

TEST(D99, says_so_when_nothing_else_explains_the_alarms) {
  const auto registry = core_registry();
  const auto verdicts = diagnose(
      case_of(
          {alarm("A02", Level::kWarn, 900, 0)},
          "[moe]\nlosses = [\"switch\"]\ncontrollers = []\n"),
      registry);
  ASSERT_FALSE(verdicts.empty());
  EXPECT_EQ(verdicts[0].id, "D99");
  EXPECT_LT(verdicts[0].confidence, kLowConfidence);
}

TEST(D99, is_silent_when_somebody_knows_better) {
  const auto registry = core_registry();
  for (const auto& verdict :
       diagnose(case_of({alarm("A05", Level::kWarn, 20, 0)}), registry)) {
    EXPECT_NE(verdict.id, "D99");
  }
}

TEST(D99, a_healthy_run_has_no_verdict) {
  EXPECT_TRUE(diagnose(case_of({}), core_registry()).empty());
}
}  // namespace
}  // namespace moestro
