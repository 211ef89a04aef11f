// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

TEST(EffectiveExperts, is_e_when_even) {
  EXPECT_DOUBLE_EQ(
      measure("effective-experts", {.counts = {.demand = {5, 5, 5, 5}}}), 4);
}

TEST(EffectiveExperts, is_k_when_collapsed_on_k) {
  EXPECT_NEAR(
      measure("effective-experts", {.counts = {.demand = {9, 9, 0, 0}}}),
      2,
      1e-12);
}

}  // namespace
}  // namespace moestro
