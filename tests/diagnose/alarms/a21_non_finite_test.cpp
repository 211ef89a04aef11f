// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include <gtest/gtest.h>

#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

TEST(A21, names_the_layer_of_a_logit_that_is_none) {
  Watched run({.layers = 2});
  run.run(3, [](StepRecord& r) { r.layers[1].nonfinite = 7; });
  const auto* alarm = run.first("A21");
  ASSERT_NE(alarm, nullptr);
  EXPECT_EQ(alarm->step, 1);
  EXPECT_EQ(alarm->layer, 1);
}

TEST(A21, names_the_expert_of_a_gradient_that_is_none) {
  Watched run({.experts = 8, .top_k = 2});
  run.run(1, [](StepRecord& r) {
    r.layers[0].grad_norm.assign(8, 1.0);
    r.layers[0].grad_norm[6] = std::numeric_limits<double>::infinity();
  });
  ASSERT_NE(run.first("A21"), nullptr);
  EXPECT_EQ(run.first("A21")->expert, 6);
}

TEST(A21, sees_the_loss_of_a_step_that_was_skipped) {
  Watched run({.layers = 1});
  run.run(1, [](StepRecord& r) {
    r.skipped = true;
    r.layers.clear();
    r.scalars = {{"loss/lm", std::numeric_limits<double>::quiet_NaN()}};
  });
  ASSERT_NE(run.first("A21"), nullptr);
}

}  // namespace
}  // namespace moestro
