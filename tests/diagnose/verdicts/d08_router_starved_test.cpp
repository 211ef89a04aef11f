// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

TEST(D08, a_router_that_does_not_decide_late_in_the_run) {
  EXPECT_GT(
      confidence(
          "d08-router-starved", case_of({alarm("A07", Level::kWarn, 900, 0)})),
      0.7);
  EXPECT_FALSE(judged("d08-router-starved", case_of({})));
}
TEST(D08, a_router_that_balancing_holds_down_is_not_starved) {
  EXPECT_LT(
      confidence(
          "d08-router-starved",
          case_of(
              {alarm("A11", Level::kWarn, 180, 0),
               alarm("A07", Level::kWarn, 225, 0)})),
      0.5);
}

}  // namespace
}  // namespace moestro
