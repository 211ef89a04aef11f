// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

TEST(MarginalEntropy, is_one_when_mean_scores_are_even) {
  EXPECT_DOUBLE_EQ(measure("marginal-entropy", {.prob = {4, 4, 4}}), 1);
}

TEST(MarginalEntropy, is_zero_when_one_expert_has_every_score) {
  EXPECT_DOUBLE_EQ(measure("marginal-entropy", {.prob = {4, 0, 0}}), 0);
}

}  // namespace
}  // namespace moestro
