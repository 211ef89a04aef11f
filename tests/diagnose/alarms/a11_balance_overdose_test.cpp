// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

// Every fifth window of 50 steps has a probe.
void put(StepRecord& record, double value) {
  if (record.step % 250 == 0) {
    record.layers[0].extras = {{"balance-over-lm", value}};
  }
}

TEST(A11, warns_when_balancing_outweighs_the_task) {
  Watched run({.phi = 4});
  run.run(2000, [](StepRecord& r) { put(r, 20); });
  const auto* alarm = run.first("A11");
  ASSERT_NE(alarm, nullptr);
  EXPECT_EQ(alarm->level, Level::kWarn);
  EXPECT_EQ(alarm->layer, 0);
}

TEST(A11, less_than_the_task_is_fine) {
  Watched run({.phi = 4});
  run.run(2000, [](StepRecord& r) { put(r, 0.5); });
  EXPECT_EQ(run.first("A11"), nullptr);
}

}  // namespace
}  // namespace moestro
