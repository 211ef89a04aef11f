// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

constexpr std::string_view kName = "aux-value";

TEST(AuxValue, is_the_loss_that_the_layer_has) {
  const LayerRecord r{.losses = {{"z", 4}, {"global", 1.25}}};
  EXPECT_EQ(measure(kName, r), 1.25);
  EXPECT_EQ(expected(kName, r), 1);
}

TEST(AuxValue, is_unknown_without_a_loss_that_has_this_floor) {
  EXPECT_TRUE(std::isnan(measure(kName, {.losses = {{"z", 4}}})));
  EXPECT_TRUE(std::isnan(expected(kName, {.losses = {{"z", 4}}})));
}

}  // namespace
}  // namespace moestro
