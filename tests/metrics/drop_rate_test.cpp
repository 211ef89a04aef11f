// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

TEST(DropRate, is_the_share_that_was_not_served) {
  EXPECT_DOUBLE_EQ(
      measure("drop-rate", {.counts = {.demand = {12, 4}, .kept = {8, 4}}}),
      0.25);
}

TEST(DropRate, is_unknown_where_nobody_recorded_what_was_served) {
  EXPECT_TRUE(
      std::isnan(measure("drop-rate", {.counts = {.demand = {12, 4}}})));
}

}  // namespace
}  // namespace moestro
