// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

// Every fifth window of 50 steps has a probe.
void put(StepRecord& record, double value) {
  if (record.step % 250 == 0) {
    record.layers[0].extras = {{"router-lm-gradient", value}};
  }
}

TEST(A10, pages_when_the_task_no_longer_reaches_the_router) {
  Watched run({.phi = 4});
  run.run(1500, [](StepRecord& r) { put(r, 1e-9); });
  const auto* alarm = run.first("A10");
  ASSERT_NE(alarm, nullptr);
  EXPECT_EQ(alarm->level, Level::kPage);
  EXPECT_EQ(alarm->layer, 0);
}

TEST(A10, a_small_gradient_is_one) {
  Watched run({.phi = 4});
  run.run(1500, [](StepRecord& r) { put(r, 1e-3); });
  EXPECT_EQ(run.first("A10"), nullptr);
}

}  // namespace
}  // namespace moestro
