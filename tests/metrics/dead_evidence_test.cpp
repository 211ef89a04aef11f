// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

constexpr std::string_view kName = "dead-evidence";

// 25 for no hit, 18.75 and 12.5 for a quarter and half of the least share of
// 0.025, weights 0.9, 0.05 and 0.05.
TEST(DeadEvidence, grows_with_the_tokens_that_an_expert_did_not_get) {
  const LayerRecord r{.counts = {.tokens = 1000, .demand = {0, 300, 300, 400}}};
  EXPECT_NEAR(measure(kName, r, 1), 24.89475, 1e-5);
  EXPECT_NEAR(over(kName, {r, r}, 1), 49.89464, 1e-5);
}

TEST(DeadEvidence, starts_anew_when_the_expert_is_chosen) {
  const LayerRecord idle{.counts = {.tokens = 1000, .demand = {0, 1000}}};
  const LayerRecord busy{.counts = {.tokens = 1000, .demand = {500, 500}}};
  EXPECT_LT(over(kName, {idle, busy}, 1), 0);
}

TEST(DeadEvidence, is_unknown_where_nobody_chooses) {
  EXPECT_TRUE(std::isnan(measure(kName, {.mass = {1, 2}})));
  EXPECT_TRUE(std::isnan(over(kName, {})));
}

TEST(DeadEvidence, counts_tokens_that_are_alike_once) {
  const LayerRecord alike{
      .counts = {.tokens = 20, .demand = {0, 20}},
      .sequences = {.sequences = 2, .square = {0, 20}}};
  EXPECT_EQ(
      measure(kName, alike, 1),
      measure(kName, {.counts = {.tokens = 20, .demand = {0, 20}}}, 1));
}

}  // namespace
}  // namespace moestro
