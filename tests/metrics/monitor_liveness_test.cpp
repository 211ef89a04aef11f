// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

TEST(MonitorLiveness, is_zero_when_every_pair_was_seen) {
  EXPECT_DOUBLE_EQ(
      measure(
          "monitor-liveness", {.counts = {.tokens = 10, .demand = {12, 8}}}, 2),
      0);
}

TEST(MonitorLiveness, is_the_share_that_was_missed) {
  EXPECT_DOUBLE_EQ(
      measure(
          "monitor-liveness", {.counts = {.tokens = 10, .demand = {10, 5}}}, 2),
      0.25);
}

TEST(MonitorLiveness, is_one_when_no_token_was_seen) {
  EXPECT_DOUBLE_EQ(
      measure("monitor-liveness", {.counts = {.demand = {0, 0}}}, 2), 1);
}

TEST(MonitorLiveness, is_unknown_where_k_varies) {
  OneMetric one("monitor-liveness");
  const LayerRecord record{.counts = {.tokens = 10, .demand = {10, 5}}};
  EXPECT_TRUE(
      std::isnan(one.metric->value(record, {2, one.null, /*fixed_k=*/false})));
}

}  // namespace
}  // namespace moestro
