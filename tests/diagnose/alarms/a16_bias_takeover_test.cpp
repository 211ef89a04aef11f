// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

// Every fifth window of 50 steps has a probe.
void put(StepRecord& record, double overlap, double span) {
  if (record.step % 250 == 0) {
    record.layers[0].extras = {{"bias-overlap", overlap}, {"bias-span", span}};
  }
}

TEST(A16, warns_when_the_bias_decides) {
  Watched run({.phi = 4});
  run.run(1500, [](StepRecord& r) { put(r, 0.2, 3); });
  const auto* alarm = run.first("A16");
  ASSERT_NE(alarm, nullptr);
  EXPECT_EQ(alarm->level, Level::kWarn);
  EXPECT_EQ(alarm->layer, 0);
}

TEST(A16, a_bias_that_decides_seldom_is_fine) {
  Watched run({.phi = 4});
  run.run(1500, [](StepRecord& r) { put(r, 0.8, 3); });
  EXPECT_EQ(run.first("A16"), nullptr);
}

// Early sigmoids hardly differ: a healthy bias decides, within their range.
TEST(A16, a_bias_within_the_range_of_the_scores_may_decide) {
  Watched run({.phi = 4});
  run.run(1500, [](StepRecord& r) { put(r, 0.1, 0.7); });
  EXPECT_EQ(run.first("A16"), nullptr);
}

// Every step half of the experts get all, and the others in the next;
// over a window all get the same.
void alternate(StepRecord& record) {
  auto& demand = record.layers[0].counts.demand;
  for (size_t e = 0; e + 1 < demand.size(); e += 2) {
    const size_t from = static_cast<size_t>(record.step) % 2;
    const auto moved = demand[e + from];
    demand[e + from] -= moved;
    demand[e + 1 - from] += moved;
  }
}

TEST(A16, a_balancer_that_overshoots_shows_in_counts_alone) {
  Watched run({.tokens = 16384, .sequences = 0, .phi = 4});
  run.run(600, alternate);
  const auto* alarm = run.first("A16");
  ASSERT_NE(alarm, nullptr);
  EXPECT_NE(alarm->message.find("overshoots"), std::string::npos);
  EXPECT_EQ(run.first("A01"), nullptr);
}

TEST(A16, single_steps_of_text_stray_without_alternating) {
  for (const double topics : {0.0, 0.9}) {
    Watched run(
        {.experts = 8, .top_k = 2, .tokens = 256, .phi = 31, .topics = topics});
    run.run(1500);
    EXPECT_EQ(run.first("A16"), nullptr) << topics;
  }
}

}  // namespace
}  // namespace moestro
