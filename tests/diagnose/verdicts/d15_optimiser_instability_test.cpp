// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

TEST(D15, gradient_then_loss_while_routing_is_healthy) {
  const auto c = case_of(
      {alarm("A19", Level::kWarn, 300), alarm("A20", Level::kPage, 301)});
  EXPECT_GT(confidence("d15-optimiser-instability", c), 0.8);
  EXPECT_EQ(judged("d15-optimiser-instability", c)->since_step, 300);
}

TEST(D15, routing_that_was_ill_before_speaks_against_it) {
  EXPECT_LT(
      confidence(
          "d15-optimiser-instability",
          case_of(
              {alarm("A01", Level::kPage, 200, 0),
               alarm("A20", Level::kPage, 301)})),
      kLowConfidence);
}
}  // namespace
}  // namespace moestro
