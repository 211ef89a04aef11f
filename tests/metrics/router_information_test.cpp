// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/metrics/measure.h"

namespace moestro {
namespace {

// Every token is certain, experts are even: a token tells ln 2 nats.
TEST(RouterInformation, is_ln_e_for_certain_and_even_tokens) {
  EXPECT_DOUBLE_EQ(
      measure("router-information", {.counts = {.tokens = 8}, .prob = {4, 4}}),
      std::log(2));
}

TEST(RouterInformation, is_zero_when_tokens_are_treated_alike) {
  EXPECT_DOUBLE_EQ(
      measure(
          "router-information",
          {.counts = {.tokens = 8},
           .prob = {4, 4},
           .entropy = 8 * std::log(2)}),
      0);
}

}  // namespace
}  // namespace moestro
