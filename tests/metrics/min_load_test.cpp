// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

TEST(MinLoad, is_in_units_of_the_mean) {
  EXPECT_DOUBLE_EQ(
      measure("min-load", {.counts = {.demand = {6, 1, 1, 4}}}), 1.0 / 3);
}

}  // namespace
}  // namespace moestro
