// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

TEST(ZValue, is_the_mean_square_of_the_log_sum_exp) {
  EXPECT_DOUBLE_EQ(
      measure("z-value", {.counts = {.tokens = 4}, .lse2 = 36}), 9);
}

}  // namespace
}  // namespace moestro
