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

TEST(D05, rows_that_began_alike_speak_against_it) {
  auto c = case_of({alarm("A05", Level::kWarn, 20, 0)});
  c.layers[{0, ""}] = {
      .briefs = {{.max_vio = 0.3, .token_entropy = 0.99, .row_excess = 1.2}},
      .recent_loads = {{1, 1}}};
  EXPECT_LT(confidence("d05-bad-router-init", c), 0.3);
  c.layers[{0, ""}].briefs[0].row_excess = 10;
  EXPECT_GT(confidence("d05-bad-router-init", c), 0.7);
}

}  // namespace
}  // namespace moestro
