// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

const std::vector<AlarmEntry> kSigns{
    alarm("A19", Level::kWarn, 100), alarm("A08", Level::kWarn, 150, 0)};

TEST(D04, a_router_that_learns_thirty_times_as_fast) {
  EXPECT_GT(
      confidence(
          "d04-router-lr-too-high",
          case_of(kSigns, "[optimizer]\nrouter_lr_scale = 30.0\n")),
      0.8);
}

TEST(D04, is_unlikely_at_the_usual_rate) {
  EXPECT_LT(
      confidence(
          "d04-router-lr-too-high",
          case_of(kSigns, "[optimizer]\nrouter_lr_scale = 1.0\n")),
      kLowConfidence);
}
}  // namespace
}  // namespace moestro
