// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

TEST(A03, pages_when_an_expert_that_was_alive_gets_nothing) {
  Watched run({.layers = 2, .phi = 9});
  run.run(500);
  run.layers[1].favour(12, 0);
  run.run(200);
  const auto* alarm = run.first("A03");
  ASSERT_NE(alarm, nullptr);
  EXPECT_EQ(alarm->level, Level::kPage);
  EXPECT_EQ(alarm->layer, 1);
  EXPECT_EQ(alarm->expert, 12);
}

TEST(A03, only_mentions_an_expert_of_a_trace_that_never_lived) {
  Watched trace({.phi = 9});
  trace.layers[0].favour(12, 0);
  trace.run(700);
  ASSERT_NE(trace.first("A03"), nullptr);
  EXPECT_EQ(trace.first("A03")->level, Level::kInfo);
}

// In a run that learns from its first step on, that is a loss all the same,
// once balancing has had its time.
TEST(A03, pages_for_an_expert_that_never_came_to_life) {
  Watched run({.phi = 9}, true);
  run.layers[0].favour(12, 0);
  run.run(300);
  ASSERT_NE(run.first("A03"), nullptr);
  EXPECT_EQ(run.first("A03")->level, Level::kInfo);
  run.run(400);
  const auto& alarms = run.watch->alarms();
  const auto page = std::ranges::find(alarms, Level::kPage, &AlarmEntry::level);
  ASSERT_NE(page, alarms.end());
  EXPECT_EQ(page->id, "A03");
  EXPECT_LE(page->step, 400);
}

}  // namespace
}  // namespace moestro
