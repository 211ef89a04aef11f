// SPDX-License-Identifier: Apache-2.0
#include "tests/control/quantile_fixture.h"

namespace moestro::test {
namespace {

TEST(quantile_histogram, lies_within_a_bin_or_two_of_the_exact_rule) {
  auto exact = scored_layer(512, 8), counted = scored_layer(512, 8);
  count_lacks(counted);
  const auto [low, high] = lacking_range(counted.knobs.bias);
  const double bin = (high - low) / kLackingBins;
  step_once(*make_controller("quantile"), exact);
  step_once(*make_controller("quantile-histogram"), counted);
  for (size_t e = 0; e < 8; ++e) {
    EXPECT_NEAR(counted.knobs.bias[e], exact.knobs.bias[e], 2 * bin);
  }
}

TEST(quantile_histogram, balances_as_the_exact_rule_does) {
  auto layer = scored_layer(512, 8);
  const auto controller = make_controller("quantile-histogram");
  for (int64_t step = 1; step <= 10; ++step) {
    count_lacks(layer);
    step_once(*controller, layer, step);
  }
  EXPECT_LT(max_violation(layer), 0.2);
}

TEST(quantile_histogram, without_tokens_nothing_moves) {
  auto layer = scored_layer(0, 4);
  step_once(*make_controller("quantile-histogram"), layer);
  EXPECT_EQ(layer.knobs.bias, std::vector<float>(4, 0.0F));
}

}  // namespace
}  // namespace moestro::test
