// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

// Every fifth window of 50 steps has a probe.
void put(StepRecord& record, double value) {
  if (record.step % 250 == 0) {
    record.layers[0].extras = {{"bias-overlap", value}};
  }
}

TEST(A16, warns_when_the_bias_decides) {
  Watched run({.phi = 4});
  run.run(1500, [](StepRecord& r) { put(r, 0.2); });
  const auto* alarm = run.first("A16");
  ASSERT_NE(alarm, nullptr);
  EXPECT_EQ(alarm->level, Level::kWarn);
  EXPECT_EQ(alarm->layer, 0);
}

TEST(A16, a_bias_that_decides_seldom_is_fine) {
  Watched run({.phi = 4});
  run.run(1500, [](StepRecord& r) { put(r, 0.8); });
  EXPECT_EQ(run.first("A16"), nullptr);
}

}  // namespace
}  // namespace moestro
