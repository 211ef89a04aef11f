// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

constexpr std::string_view kName = "cold-evidence";

// 10 tokens at a least share of 0.125: 1.25, 0.9375 and 0.625 for shares of 0,
// a quarter and half of it, weights 0.9, 0.05 and 0.05.
TEST(ColdEvidence, is_about_a_quarter_of_the_fair_share) {
  EXPECT_NEAR(
      measure(kName, {.counts = {.tokens = 10, .demand = {0, 10}}}, 1),
      1.21266,
      1e-5);
}

TEST(ColdEvidence, is_unknown_where_nobody_chooses) {
  EXPECT_TRUE(std::isnan(measure(kName, {.mass = {1, 2}})));
  EXPECT_TRUE(std::isnan(over(kName, {})));
}

TEST(ColdEvidence, counts_tokens_that_are_alike_once) {
  const LayerRecord alike{
      .counts = {.tokens = 20, .demand = {0, 20}},
      .sequences = {.sequences = 2, .square = {0, 20}}};
  EXPECT_EQ(
      measure(kName, alike, 1),
      measure(kName, {.counts = {.tokens = 20, .demand = {0, 20}}}, 1));
}

}  // namespace
}  // namespace moestro
