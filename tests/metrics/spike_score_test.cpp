// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

constexpr std::string_view kName = "spike-score";

TEST(SpikeScore, is_the_share_of_steps_at_seven_deviations) {
  EXPECT_DOUBLE_EQ(
      over(
          kName,
          {{.extras = {{"loss/spike", 7}}},
           {.extras = {{"loss/spike", 6.9}}},
           {.extras = {{"loss/spike", 0}}},
           {.extras = {{"loss/spike", -9}}}}),
      0.25);
}

// Median 2, deviations of 0.1 around it: the scale is 0.148, 10 lies 54 above.
TEST(SpikeScore, works_the_deviations_out_where_only_losses_are_known) {
  std::vector<LayerRecord> steps;
  for (int i = 0; i < 19; ++i) {
    steps.push_back({.extras = {{"loss", i % 2 == 0 ? 1.9 : 2.1}}});
  }
  EXPECT_TRUE(std::isnan(over(kName, steps)));
  steps.push_back({.extras = {{"loss", 10}}});
  EXPECT_DOUBLE_EQ(over(kName, steps), 0.05);
}

}  // namespace
}  // namespace moestro
