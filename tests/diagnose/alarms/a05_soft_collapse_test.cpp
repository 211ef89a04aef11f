// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

void put_probabilities(StepRecord& record, double first) {
  auto& layer = record.layers[0];
  layer.prob.assign(64, 64.0);
  layer.prob[0] = first * 64;
}

TEST(A05, sees_probability_gather_before_loads_move) {
  Watched run({.phi = 4});
  run.run(1000, [](StepRecord& r) { put_probabilities(r, 1); });
  run.run(200, [](StepRecord& r) { put_probabilities(r, 1.5); });
  const auto* alarm = run.first("A05");
  ASSERT_NE(alarm, nullptr);
  EXPECT_EQ(alarm->expert, 0);
  EXPECT_GT(alarm->step, 1000);
}

TEST(A05, a_run_from_scratch_is_expected_to_start_even) {
  Watched run({.phi = 4}, true);
  run.run(100, [](StepRecord& r) { put_probabilities(r, 3); });
  ASSERT_NE(run.first("A05"), nullptr);
  EXPECT_LE(run.first("A05")->step, 100);
}

// Said at once, and as an information: a load that is uneven beyond chance in a
// layer that nothing balances.
TEST(A05, foretells_where_nothing_balances) {
  const auto first = [](const std::string& losses, double favour) {
    Watched run({.phi = 4}, true);
    run.facts.config = "[moe]\nlosses = [" + losses + "]\ncontrollers = []\n";
    run.watch =
        std::make_unique<Watch>(run.registry, WatchOptions{}, run.facts);
    run.layers[0].favour(7, favour);
    run.run(50, [](StepRecord& r) { put_probabilities(r, 1); });
    const auto* alarm = run.first("A05");
    return alarm == nullptr ? AlarmEntry{} : *alarm;
  };
  const auto told = first("", 2);
  EXPECT_EQ(told.level, Level::kInfo);
  EXPECT_EQ(told.expert, 7);
  EXPECT_EQ(told.step, 50);
  EXPECT_EQ(first("", 1).id, "");
  EXPECT_EQ(first("\"switch\"", 2).id, "");
}

TEST(A05, growing_to_the_fair_share_is_no_harm) {
  Watched run({.phi = 2});
  run.layers[0].favour(3, 0.6);
  run.run(1000);
  run.layers[0].favour(3, 1);
  run.run(500);
  EXPECT_EQ(run.all(), "");
}

}  // namespace
}  // namespace moestro
