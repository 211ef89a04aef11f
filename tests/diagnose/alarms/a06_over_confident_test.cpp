// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

TEST(A06, warns_when_the_router_stops_weighing_alternatives) {
  Watched run({.phi = 4});
  run.run(1000, [](StepRecord& r) { put_entropies(r, 0.6, 0.99); });
  run.run(400, [](StepRecord& r) { put_entropies(r, 0.1, 0.8); });
  ASSERT_NE(run.first("A06"), nullptr);
  EXPECT_GT(run.first("A06")->step, 1000);
}

TEST(A06, deciding_clearly_while_using_all_experts_is_learning) {
  Watched run({.phi = 4});
  run.run(1000, [](StepRecord& r) { put_entropies(r, 0.6, 0.99); });
  run.run(400, [](StepRecord& r) { put_entropies(r, 0.1, 0.98); });
  EXPECT_EQ(run.first("A06"), nullptr);
}

TEST(A06, warns_of_a_router_that_is_saturated_from_the_start) {
  Watched run({.phi = 4}, true);
  run.run(60, [](StepRecord& r) { put_entropies(r, 0.05, 0.9); });
  ASSERT_NE(run.first("A06"), nullptr);
}

}  // namespace
}  // namespace moestro
