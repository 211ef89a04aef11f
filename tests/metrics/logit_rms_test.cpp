// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

TEST(LogitRms, is_the_root_of_the_mean_square) {
  EXPECT_DOUBLE_EQ(
      measure("logit-rms", {.counts = {.tokens = 4}, .lse2 = 36}), 3);
}

}  // namespace
}  // namespace moestro
