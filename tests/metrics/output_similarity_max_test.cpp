// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

constexpr std::string_view kName = "output-similarity-max";

TEST(OutputSimilarityMax, is_what_the_probe_left) {
  EXPECT_EQ(
      measure(kName, {.extras = {{"output-similarity-max", 0.25}}}), 0.25);
  EXPECT_TRUE(std::isnan(measure(kName, {})));
}

}  // namespace
}  // namespace moestro
