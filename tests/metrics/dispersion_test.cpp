// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

// Rows 7, 3 and 3, 7 of 10 tokens each: squares (49 + 9) / 10. q = 1/2; sum of
// gap^2 / m = 4/10 + 4/10; over q(1-q) = 3.2; times 19/20.
TEST(Dispersion, compares_variance_between_sequences_with_the_binomial) {
  const LayerRecord record{
      .counts = {.tokens = 20, .demand = {10, 10}},
      .sequences = {.sequences = 2, .square = {5.8, 5.8}}};
  EXPECT_NEAR(measure("dispersion", record, 1), 3.04, 1e-12);
}

}  // namespace
}  // namespace moestro
