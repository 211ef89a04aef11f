// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

// Two halves of the experts pull at each other: a stray that follows its past
// by `memory`, on top of balanced counts.
struct Swing {
  double stray = 0;
  std::mt19937_64 random{5};

  void put(StepRecord& record, double memory) {
    auto& demand = record.layers[0].counts.demand;
    stray = memory * stray + std::normal_distribution<double>(0, 20)(random);
    for (size_t e = 0; e < demand.size(); ++e) {
      const auto by = static_cast<int64_t>(e % 2 == 0 ? stray : -stray);
      demand[e] = std::max<int64_t>(0, demand[e] + by);
    }
    record.layers[0].counts.kept = demand;
  }
};

TEST(A22, mentions_loads_that_recover_more_and_more_slowly) {
  Watched run({.sequences = 0, .phi = 1});
  Swing swing;
  run.run(400);
  run.run(1600, [&](StepRecord& r) {
    swing.put(r, std::min(0.98, static_cast<double>(r.step - 400) / 1600));
  });
  const auto* alarm = run.first("A22");
  ASSERT_NE(alarm, nullptr) << run.all();
  EXPECT_EQ(alarm->level, Level::kInfo);
  EXPECT_GT(alarm->value, alarm->threshold);
}

TEST(A22, topics_that_always_lasted_are_no_sign) {
  Watched run({.phi = 9, .topics = 0.9, .wander = 0.05});
  run.run(6000);
  EXPECT_EQ(run.first("A22"), nullptr);
}

}  // namespace
}  // namespace moestro
