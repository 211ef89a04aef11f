// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

constexpr std::string_view kName = "weight-similarity-max";

TEST(WeightSimilarityMax, is_the_mean_over_the_matrices) {
  EXPECT_DOUBLE_EQ(
      measure(
          kName,
          {.extras =
               {{"experts.up/weight_cosine_max", 0.5},
                {"experts.up/weight_cosine_mean", 0.1},
                {"experts.down/weight_cosine_max", 1}}}),
      0.75);
  EXPECT_TRUE(std::isnan(measure(kName, {})));
}

}  // namespace
}  // namespace moestro
