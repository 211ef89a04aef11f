// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

Case biased(double largest, double margin) {
  auto c = case_of({});
  c.layers[{1, ""}] = {
      .briefs = {{.margin = margin, .bias_largest = largest}},
      .recent_loads = {{1, 1}}};
  return c;
}

TEST(D25, fp32_no_longer_tells_scores_apart_at_a_million) {
  const auto d = judged("d25-bias-precision", biased(1e6, 0.05));
  ASSERT_TRUE(d);
  EXPECT_GT(d->confidence, 0.8);
  EXPECT_EQ(d->layers, std::vector<int32_t>{1});
}

// Nobody recorded whether it is kept in bf16.
TEST(D25, bf16_would_not_at_thirty) {
  const auto d = judged("d25-bias-precision", biased(30, 0.05));
  ASSERT_TRUE(d);
  EXPECT_LT(d->confidence, kLowConfidence);
}

TEST(D25, a_bias_of_a_half_is_fine) {
  EXPECT_FALSE(judged("d25-bias-precision", biased(0.5, 0.05)));
}

}  // namespace
}  // namespace moestro
