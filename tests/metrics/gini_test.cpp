// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

TEST(Gini, is_zero_when_even) {
  EXPECT_DOUBLE_EQ(measure("gini", {.counts = {.demand = {3, 3, 3}}}), 0);
}

TEST(Gini, is_one_minus_one_over_e_when_one_takes_all) {
  EXPECT_DOUBLE_EQ(measure("gini", {.counts = {.demand = {0, 8, 0, 0}}}), 0.75);
}

}  // namespace
}  // namespace moestro
