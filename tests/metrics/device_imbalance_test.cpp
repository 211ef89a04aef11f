// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

constexpr std::string_view kName = "device-imbalance";

constexpr int32_t kDevice[] = {0, 0, 1, 1};

double on_devices(const LayerRecord& r) {
  OneMetric one(kName);
  return one.metric->value(r, {1, one.null, true, kDevice});
}

TEST(DeviceImbalance, is_that_of_the_busiest_device) {
  EXPECT_DOUBLE_EQ(
      on_devices({.counts = {.tokens = 400, .demand = {100, 200, 50, 50}}}),
      1.5);
}

TEST(DeviceImbalance, is_unknown_where_nobody_knows_who_lives_where) {
  EXPECT_TRUE(
      std::isnan(measure(kName, {.counts = {.tokens = 4, .demand = {2, 2}}})));
}

// sd of a load sqrt(3 / 400), of a device that times sqrt(1 / 3); the larger of
// two: sqrt 2 times 0.589 (Blom; 0.564 exactly).
TEST(DeviceImbalance, expects_what_chance_adds) {
  OneMetric one(kName);
  EXPECT_NEAR(
      one.metric->expected(
          {.counts = {.tokens = 400, .demand = {100, 100, 100, 100}}},
          {1, one.null, true, kDevice}),
      1.0417,
      2e-4);
}

}  // namespace
}  // namespace moestro
