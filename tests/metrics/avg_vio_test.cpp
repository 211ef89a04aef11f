// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

TEST(AvgVio, is_the_mean_distance_from_the_mean) {
  EXPECT_DOUBLE_EQ(
      measure("avg-vio", {.counts = {.demand = {4, 4, 0, 0}}}), 1.0);
}

}  // namespace
}  // namespace moestro
