// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

TEST(A04, warns_when_an_expert_falls_below_a_quarter_of_its_share) {
  Watched run({.phi = 4});
  run.run(500);
  run.layers[0].favour(9, 0.17);
  run.run(500);
  const auto* alarm = run.first("A04");
  ASSERT_NE(alarm, nullptr);
  EXPECT_EQ(alarm->level, Level::kWarn);
  EXPECT_EQ(alarm->expert, 9);
  EXPECT_EQ(run.first("A03"), nullptr);
}

TEST(A04, half_of_the_share_is_not_cold) {
  Watched run({.phi = 4});
  run.run(500);
  run.layers[0].favour(9, 0.5);
  run.run(500);
  EXPECT_EQ(run.first("A04"), nullptr);
}

}  // namespace
}  // namespace moestro
