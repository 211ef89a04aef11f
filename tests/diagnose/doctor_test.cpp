// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/doctor.h"

#include <gtest/gtest.h>

namespace moestro {
namespace {

TEST(doctor, shows_each_rule_at_its_worst) {
  const auto entry = [](const std::string& id, Level level, int64_t step) {
    return AlarmEntry{.id = id, .level = level, .step = step};
  };
  const auto worst = worst_of_each_rule(
      {entry("A05", Level::kInfo, 15),
       entry("A01", Level::kWarn, 30),
       entry("A05", Level::kWarn, 45),
       entry("A05", Level::kWarn, 60),
       entry("A01", Level::kInfo, 75)});
  ASSERT_EQ(worst.size(), 2U);
  EXPECT_EQ(worst[0].step, 45);
  EXPECT_EQ(worst[1].step, 30);
  EXPECT_TRUE(worst_of_each_rule({}).empty());
}

}  // namespace
}  // namespace moestro
