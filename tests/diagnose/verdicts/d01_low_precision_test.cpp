// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

TEST(D01, a_number_that_is_none_speaks_for_it) {
  EXPECT_GT(
      confidence(
          "d01-low-precision", case_of({alarm("A21", Level::kPage, 50, 2)})),
      kLowConfidence);
}

TEST(D01, a_loss_that_leapt_before_speaks_against_it) {
  EXPECT_LT(
      confidence(
          "d01-low-precision",
          case_of(
              {alarm("A20", Level::kPage, 40),
               alarm("A21", Level::kPage, 50, 2)})),
      kLowConfidence);
}
}  // namespace
}  // namespace moestro
