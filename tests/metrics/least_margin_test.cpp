// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

constexpr std::string_view kName = "least-margin";

TEST(LeastMargin, is_that_of_the_step) {
  EXPECT_EQ(measure(kName, {.max_logit = 3, .min_margin = 0.5}), 0.5);
}

TEST(LeastMargin, is_unknown_without_logits) {
  EXPECT_TRUE(std::isnan(measure(kName, {})));
}

}  // namespace
}  // namespace moestro
