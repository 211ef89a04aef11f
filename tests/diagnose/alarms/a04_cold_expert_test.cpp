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

// Windows of 5 steps: three of them are no time at all.
TEST(A04, a_short_run_needs_as_many_steps) {
  for (const auto& [steps, warns] : {std::pair{60, false}, {200, true}}) {
    Watched run({.phi = 4}, /*ours=*/true);
    run.facts.steps = 300;
    run.watch =
        std::make_unique<Watch>(run.registry, WatchOptions{}, run.facts);
    run.run(100);
    run.layers[0].favour(9, 0.17);
    run.run(steps);
    EXPECT_EQ(run.first("A04") != nullptr, warns) << steps;
  }
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
