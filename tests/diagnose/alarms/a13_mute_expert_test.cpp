// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

// Every fifth window of 50 steps has a probe.
void put(StepRecord& record, double value) {
  if (record.step % 250 == 0) {
    record.layers[0].extras = {{"output-share", value}, {"output_least", 5}};
  }
}

TEST(A13, pages_when_an_expert_adds_nothing) {
  Watched run({.phi = 4});
  run.run(1500, [](StepRecord& r) { put(r, 0.001); });
  const auto* alarm = run.first("A13");
  ASSERT_NE(alarm, nullptr);
  EXPECT_EQ(alarm->level, Level::kPage);
  EXPECT_EQ(alarm->layer, 0);
  EXPECT_EQ(alarm->expert, 5);
}

TEST(A13, a_quiet_expert_is_not_mute) {
  Watched run({.phi = 4});
  run.run(1500, [](StepRecord& r) { put(r, 0.2); });
  EXPECT_EQ(run.first("A13"), nullptr);
}

}  // namespace
}  // namespace moestro
