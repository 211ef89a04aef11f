// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

constexpr std::string_view kName = "update-ratio";

TEST(UpdateRatio, divides_the_mean_of_the_router_by_that_of_the_experts) {
  EXPECT_DOUBLE_EQ(
      measure(
          kName,
          {.extras =
               {{"update_ratio/router/router.gate.weight", 0.06},
                {"update_ratio/experts/experts.up", 0.02},
                {"update_ratio/experts/experts.down", 0.04}}}),
      2);
}

TEST(UpdateRatio, is_unknown_without_either) {
  EXPECT_TRUE(std::isnan(
      measure(kName, {.extras = {{"update_ratio/router/w", 0.06}}})));
}

}  // namespace
}  // namespace moestro
