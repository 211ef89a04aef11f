// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

// Every fifth window of 50 steps has a probe.
void put(StepRecord& record, double value) {
  if (record.step % 250 == 0) {
    record.layers[0].extras = {{"output-similarity", value}};
  }
}

TEST(A12, warns_when_experts_do_the_same) {
  Watched run({.phi = 4});
  run.run(600, [](StepRecord& r) { put(r, 0.99); });
  const auto* alarm = run.first("A12");
  ASSERT_NE(alarm, nullptr);
  EXPECT_EQ(alarm->level, Level::kWarn);
  EXPECT_EQ(alarm->layer, 0);
}

TEST(A12, a_copy_among_others_is_named) {
  Watched run({.phi = 4});
  run.run(600, [](StepRecord& r) {
    put(r, 0.1);
    if (!r.layers[0].extras.empty()) {
      r.layers[0].extras.emplace_back("output-similarity-max", 0.999);
      r.layers[0].extras.emplace_back("alike_one", 3);
      r.layers[0].extras.emplace_back("alike_other", 7);
    }
  });
  const auto* alarm = run.first("A12");
  ASSERT_NE(alarm, nullptr);
  EXPECT_EQ(alarm->expert, 3);
  EXPECT_NE(
      alarm->message.find("experts 3 and 7: they do the same"),
      std::string::npos)
      << alarm->message;
}

TEST(A12, experts_that_differ_are_fine) {
  Watched run({.phi = 4});
  run.run(600, [](StepRecord& r) { put(r, 0.4); });
  EXPECT_EQ(run.first("A12"), nullptr);
}

}  // namespace
}  // namespace moestro
