// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

constexpr std::string_view kName = "gate-mass";

TEST(GateMass, compares_the_spread_of_weights_with_that_of_counts) {
  EXPECT_DOUBLE_EQ(
      measure(kName, {.counts = {.demand = {60, 40}}, .mass = {30, 10}}), 2.5);
}

TEST(GateMass, is_unknown_for_even_counts_or_without_weights) {
  EXPECT_TRUE(std::isnan(
      measure(kName, {.counts = {.demand = {5, 5}}, .mass = {3, 1}})));
  EXPECT_TRUE(std::isnan(measure(kName, {.counts = {.demand = {6, 4}}})));
}

}  // namespace
}  // namespace moestro
