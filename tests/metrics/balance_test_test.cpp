// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

// Counts 8, 2 and 4, 6 of ten tokens each: X2 = 1 / 1 * (4 + 4) / 10 = 0.8;
// either expert strays by 2 in either sequence, so phi = 2 (4 + 4) / 10 / (1/4)
// / 2 = 3.2.
TEST(BalanceTest, divides_the_statistic_by_the_dispersion_of_fair_shares) {
  const LayerRecord record{
      .counts = {.tokens = 20, .demand = {12, 8}},
      .sequences = {.sequences = 2, .square = {8, 4}}};
  EXPECT_NEAR(measure("balance-test", record, 1), 0.8 / 3.2, 1e-12);
  EXPECT_TRUE(std::isnan(measure("balance-test", record, 2)));
}

TEST(BalanceTest, is_unknown_without_counts_per_sequence) {
  EXPECT_TRUE(
      std::isnan(measure("balance-test", {.counts = {.demand = {12, 8}}}, 1)));
}

}  // namespace
}  // namespace moestro
