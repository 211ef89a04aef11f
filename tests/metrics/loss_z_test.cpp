// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

constexpr std::string_view kName = "loss-z";

TEST(LossZ, is_the_largest_of_the_steps) {
  EXPECT_EQ(
      over(
          kName,
          {{.extras = {{"loss/spike", 1}}},
           {},
           {.extras = {{"loss/spike", 8}}},
           {.extras = {{"loss/spike", -2}}}}),
      8);
  EXPECT_TRUE(std::isnan(over(kName, {{}})));
}

}  // namespace
}  // namespace moestro
