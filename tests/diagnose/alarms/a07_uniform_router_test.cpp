// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

TEST(A07, warns_of_a_router_that_tells_no_token_from_another) {
  Watched run({.phi = 1});
  run.run(1500, [](StepRecord& r) { put_entropies(r, 0.995, 1); });
  ASSERT_NE(run.first("A07"), nullptr);
}

// Sigmoid scores are even, and yet sequences choose their own experts.
TEST(A07, even_scores_are_fine_where_loads_follow_the_text) {
  Watched run({.phi = 9});
  run.run(1500, [](StepRecord& r) { put_entropies(r, 0.995, 1); });
  EXPECT_EQ(run.first("A07"), nullptr);
}

}  // namespace
}  // namespace moestro
