// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

const std::vector<AlarmEntry> kSigns{
    alarm("A05", Level::kWarn, 100, 1),
    alarm("A01", Level::kPage, 150, 1),
    alarm("A03", Level::kPage, 200, 1)};

TEST(D03, uneven_loads_that_nothing_balances) {
  const auto c = case_of(kSigns, "[moe]\nlosses = []\ncontrollers = []\n");
  EXPECT_GT(confidence("d03-rich-get-richer", c), 0.8);
  EXPECT_EQ(judged("d03-rich-get-richer", c)->since_step, 100);
}

TEST(D03, balancing_that_is_on_speaks_against_it) {
  EXPECT_LT(
      confidence(
          "d03-rich-get-richer",
          case_of(kSigns, "[moe]\nlosses = [\"switch\"]\ncontrollers = []\n")),
      kLowConfidence);
}

TEST(D03, one_layer_without_balancing_is_enough) {
  const auto c = case_of(
      kSigns,
      "[moe]\nlosses = [\"switch\"]\ncontrollers = []\n"
      "[[moe.layers]]\nrange = \"1\"\nlosses = []\n");
  EXPECT_GT(confidence("d03-rich-get-richer", c), 0.8);
}

TEST(D03, a_mention_is_no_sign) {
  EXPECT_FALSE(judged(
      "d03-rich-get-richer", case_of({alarm("A01", Level::kInfo, 100, 1)})));
}
}  // namespace
}  // namespace moestro
