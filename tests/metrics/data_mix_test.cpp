// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

constexpr std::string_view kName = "data-mix";

LayerRecord step(double code, double prose) {
  return {
      .extras = {
          {"data/domain/code", code},
          {"data/domain/prose", prose},
          {"sequences", 8}}};
}

TEST(DataMix, is_what_came_from_elsewhere_in_the_second_half) {
  EXPECT_DOUBLE_EQ(
      over(kName, {step(0.5, 0.5), step(0.5, 0.5), step(1, 0), step(0.5, 0.5)}),
      0.25);
}

// 2 sqrt(0.25 (1 / 16 + 1 / 16) / (2 pi)) = sqrt(1 / (16 pi))
TEST(DataMix, expects_what_random_sequences_give) {
  EXPECT_NEAR(
      expected_over(
          kName,
          {step(0.5, 0.5), step(0.5, 0.5), step(0.5, 0.5), step(0.5, 0.5)}),
      0.14105,
      1e-5);
}

TEST(DataMix, is_unknown_without_domains) {
  EXPECT_TRUE(std::isnan(over(kName, {{}, {}})));
  EXPECT_TRUE(std::isnan(expected_over(kName, {{}, {}})));
}

}  // namespace
}  // namespace moestro
