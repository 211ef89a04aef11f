// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

Case starving(std::vector<double> load) {
  auto c = case_of({alarm("A03", Level::kPage, 500, 0)});
  c.layers[{0, ""}] = {.briefs = {{}}, .recent_loads = {std::move(load)}};
  return c;
}

TEST(D12, one_expert_of_eight_starves) {
  EXPECT_GT(
      confidence(
          "d12-local-starvation", starving({0, 1, 1, 1, 1, 1, 1.5, 1.5})),
      0.7);
}

TEST(D12, what_follows_the_starvation_is_no_other_cause) {
  auto c = starving({0, 1, 1, 1, 1, 1, 1.5, 1.5});
  const double alone = confidence("d12-local-starvation", c);
  c.alarms.push_back(alarm("A06", Level::kWarn, 600, 0));
  EXPECT_EQ(confidence("d12-local-starvation", c), alone);
  c.alarms.back().step = 400;
  EXPECT_LT(confidence("d12-local-starvation", c), alone);
}

TEST(D12, a_mention_does_not_hide_the_page_that_follows) {
  auto c = starving({0, 1, 1, 1, 1, 1, 1.5, 1.5});
  const double alone = confidence("d12-local-starvation", c);
  c.alarms.push_back(alarm("A01", Level::kInfo, 100, 0));
  EXPECT_EQ(confidence("d12-local-starvation", c), alone);
  c.alarms.push_back(alarm("A01", Level::kPage, 400, 0));
  EXPECT_LT(confidence("d12-local-starvation", c), alone);
}

constexpr auto kBalanced = "[moe]\nlosses = [\"switch\"]\ncontrollers = []\n";

TEST(D12, half_of_them_are_no_few) {
  EXPECT_LT(
      confidence("d12-local-starvation", starving({0, 0, 0, 0, 2, 2, 2, 2})),
      kLowConfidence);
}

TEST(D12, three_of_eight_whose_share_balancing_spreads_over_the_others) {
  auto c = starving({0, 0, 0, 1.4, 1.6, 1.6, 1.6, 1.8});
  EXPECT_LT(confidence("d12-local-starvation", c), kLowConfidence);
  c.facts.config = kBalanced;
  EXPECT_GT(confidence("d12-local-starvation", c), 0.7);
  EXPECT_LT(confidence("d03-rich-get-richer", c), 0.2);
}

TEST(D12, more_for_each_of_the_others_is_its_effect) {
  auto c = starving({0, 0, 0, 0, 1.8, 1.9, 2.0, 2.3});
  c.facts.config = kBalanced;
  c.alarms.push_back(alarm("A01", Level::kWarn, 540, 0));
  EXPECT_GT(confidence("d12-local-starvation", c), 0.7);
  EXPECT_LT(confidence("d03-rich-get-richer", c), kLowConfidence);
  c.alarms.back().step = 400;
  EXPECT_LT(confidence("d12-local-starvation", c), kLowConfidence);
}

TEST(D12, what_two_experts_share_is_no_starvation_of_the_others) {
  auto c = starving({0, 0, 0, 0, 0, 0, 4, 4});
  c.facts.config = kBalanced;
  EXPECT_LT(confidence("d12-local-starvation", c), kLowConfidence);
}
}  // namespace
}  // namespace moestro
