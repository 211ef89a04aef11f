// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

TEST(D05, what_is_wrong_in_the_first_windows_was_wrong_before) {
  EXPECT_GT(
      confidence(
          "d05-bad-router-init", case_of({alarm("A05", Level::kWarn, 20, 0)})),
      0.7);
}

TEST(D05, what_comes_later_was_not) {
  EXPECT_FALSE(judged(
      "d05-bad-router-init", case_of({alarm("A05", Level::kWarn, 900, 0)})));
}
}  // namespace
}  // namespace moestro
