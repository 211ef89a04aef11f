// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

constexpr NullStream kText{.phi = 4};

TEST(A01, pages_when_an_expert_comes_to_get_four_times_the_mean) {
  Watched run(kText, true);
  run.run(500);
  run.layers[0].favour(5, 4);
  run.run(300);
  const auto* alarm = run.first("A01");
  ASSERT_NE(alarm, nullptr);
  EXPECT_EQ(alarm->expert, 5);
  EXPECT_GT(alarm->step, 500);
  EXPECT_GT(alarm->value, 2);
}

TEST(A01, only_mentions_a_trace_that_was_uneven_from_the_first_step_on) {
  Watched trace(kText);
  trace.layers[0].favour(5, 4);
  trace.run(1000);
  ASSERT_NE(trace.first("A01"), nullptr);
  EXPECT_EQ(trace.first("A01")->level, Level::kInfo);
}

// E / K = 2: MaxVio cannot exceed 1.
TEST(A01, stays_within_reach_where_few_experts_are_left_out) {
  Watched run({.experts = 8, .top_k = 4, .phi = 2}, true);
  run.run(500);
  run.layers[0].favour(2, 1e6);
  run.run(300);
  ASSERT_NE(run.first("A01"), nullptr);
  EXPECT_EQ(run.watch->alarms().back().closed_step, std::nullopt);
}

}  // namespace
}  // namespace moestro
