// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

constexpr std::string_view kName = "commonest-token";

TEST(CommonestToken, is_that_of_the_step) {
  EXPECT_EQ(measure(kName, {.extras = {{"data/commonest", 0.75}}}), 0.75);
  EXPECT_TRUE(std::isnan(measure(kName, {})));
}

}  // namespace
}  // namespace moestro
