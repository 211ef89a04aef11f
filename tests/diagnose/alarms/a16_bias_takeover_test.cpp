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

}  // namespace
}  // namespace moestro
