// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

TEST(MaxVioFloor, is_what_balanced_routing_shows) {
  const LayerRecord record{
      .counts = {.tokens = 256, .demand = std::vector<int64_t>(8, 64)}};
  EXPECT_NEAR(measure("max-vio-floor", record, 2), 0.166, 0.005);
}

TEST(MaxVioFloor, is_unknown_without_tokens) {
  EXPECT_TRUE(
      std::isnan(measure("max-vio-floor", {.counts = {.demand = {0, 0}}}, 1)));
}

}  // namespace
}  // namespace moestro
