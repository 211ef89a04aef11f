// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

TEST(MaxLogit, is_what_was_recorded) {
  EXPECT_DOUBLE_EQ(
      measure("max-logit", {.counts = {.tokens = 4}, .max_logit = 7}), 7);
}

}  // namespace
}  // namespace moestro
