// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

TEST(ExpertGradSpread, is_the_deviation_of_the_logarithms) {
  EXPECT_NEAR(
      measure(
          "expert-grad-spread", {.grad_norm = {std::exp(1.0), std::exp(3.0)}}),
      1,
      1e-12);
}

TEST(ExpertGradSpread, is_infinite_when_an_expert_gets_no_gradient) {
  EXPECT_TRUE(std::isinf(measure("expert-grad-spread", {.grad_norm = {1, 0}})));
}

}  // namespace
}  // namespace moestro
