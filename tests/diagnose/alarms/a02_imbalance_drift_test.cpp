// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

TEST(A02, warns_when_loads_become_more_uneven_than_they_were) {
  Watched run({.phi = 2});
  run.run(1500);
  for (size_t e = 0; e < 32; ++e) {
    run.layers[0].favour(e, 1.8);
  }
  run.run(300);
  const auto* alarm = run.first("A02");
  ASSERT_NE(alarm, nullptr);
  EXPECT_GT(alarm->step, 1500);
  EXPECT_GT(alarm->value, alarm->threshold);
}

// A maximum over experts is skewed; that is no reason to learn nothing.
TEST(A02, learns_from_the_first_eight_windows) {
  int warned = 0;
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    Watched run({.phi = 9, .seed = seed});
    run.run(700);
    for (size_t e = 0; e < 32; ++e) {
      run.layers[0].favour(e, 2.5);
    }
    run.run(300);
    warned += run.first("A02") != nullptr ? 1 : 0;
  }
  EXPECT_GE(warned, 9);
}

// Loads that wander for the whole of a baseline give no chart, and no error.
TEST(A02, loads_that_wander_are_not_learned_from) {
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    Watched run({.phi = 9, .seed = seed}, /*ours=*/true);
    run.facts.steps = 300;
    run.watch =
        std::make_unique<Watch>(run.registry, WatchOptions{}, run.facts);
    for (int i = 0; i < 30; ++i) {
      for (size_t e = 0; e < 32; ++e) {
        run.layers[0].favour(e, i / 3 % 2 == 0 ? 1 : 6);
      }
      EXPECT_NO_THROW(run.run(10));
    }
  }
}

// Balancing puts it right within a window.
TEST(A02, a_bump_is_no_drift) {
  Watched run({.phi = 2});
  run.run(1500);
  for (const double times : {1.8, 1 / 1.8}) {
    for (size_t e = 0; e < 32; ++e) {
      run.layers[0].favour(e, times > 1 ? 1.8 : 1);
    }
    run.run(times > 1 ? 50 : 400);
  }
  EXPECT_EQ(run.first("A02"), nullptr);
}

// Planners and expert choice leave nothing to vary.
TEST(A02, loads_that_never_vary_have_no_drift) {
  Watched run({.experts = 8, .top_k = 2});
  run.run(1500, [](StepRecord& record) {
    auto& counts = record.layers[0].counts;
    counts.demand.assign(8, 1024);
    counts.kept = counts.demand;
  });
  EXPECT_EQ(run.all(), "");
}

}  // namespace
}  // namespace moestro
