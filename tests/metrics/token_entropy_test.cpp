// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

TEST(TokenEntropy, is_one_when_every_token_is_undecided) {
  EXPECT_DOUBLE_EQ(
      measure(
          "token-entropy",
          {.counts = {.tokens = 10, .demand = {5, 5}},
           .entropy = 10 * std::log(2)}),
      1);
}

}  // namespace
}  // namespace moestro
