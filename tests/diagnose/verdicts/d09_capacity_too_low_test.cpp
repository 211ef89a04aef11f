// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

TEST(D09, drops_of_even_loads_are_the_capacity_s) {
  EXPECT_GT(
      confidence(
          "d09-capacity-too-low", case_of({alarm("A15", Level::kPage, 50, 0)})),
      0.8);
}

TEST(D09, drops_of_uneven_loads_are_not) {
  EXPECT_LT(
      confidence(
          "d09-capacity-too-low",
          case_of(
              {alarm("A15", Level::kPage, 50, 0),
               alarm("A01", Level::kPage, 50, 0),
               alarm("A01", Level::kPage, 50, 1)})),
      kLowConfidence);
}
}  // namespace
}  // namespace moestro
