// SPDX-License-Identifier: Apache-2.0
#include "moestro/probe/choice_probe.h"

#include <gtest/gtest.h>

namespace moestro {
namespace {

Tensor table(std::vector<int> cells, int64_t experts) {
  return at::tensor(cells).view({-1, experts}).to(at::kBool);
}

// 1/3 of the first token's experts, all of the second's.
TEST(ChoiceOverlap, is_the_mean_over_tokens) {
  EXPECT_DOUBLE_EQ(
      choice_overlap(
          table({1, 1, 0, 0, 1, 1}, 3), table({1, 0, 1, 0, 1, 1}, 3)),
      (1. / 3 + 1) / 2);
}

TEST(ChoiceOverlap, of_tokens_that_ask_nobody_is_one) {
  EXPECT_EQ(choice_overlap(table({0, 0}, 2), table({0, 0}, 2)), 1);
}

// Four tokens, two sequences: 0 0 | 0 1. Within sequences one of two pairs
// repeats; loads 3/4 and 1/4 alone give 10/16.
TEST(SequentialRepeat, is_what_loads_do_not_explain) {
  const auto chosen_TE = table({1, 0, 1, 0, 1, 0, 0, 1}, 2);
  EXPECT_DOUBLE_EQ(
      sequential_repeat(chosen_TE, at::tensor({0, 0, 1, 1}, at::kLong)),
      0.5 - 0.625);
}

TEST(SequentialRepeat, needs_two_tokens_of_a_sequence) {
  EXPECT_TRUE(std::isnan(sequential_repeat(
      table({1, 0, 1, 0}, 2), at::tensor({0, 1}, at::kLong))));
}

// 40 tokens each on {0, 1} and {2, 3}: P = 1/2 each, together 1/2: lift 2 times
// 2 * 3 / (1 * 4).
TEST(LargestLift, is_that_of_experts_that_go_together) {
  const auto chosen_TE = table({1, 1, 0, 0, 0, 0, 1, 1}, 4).repeat({40, 1});
  EXPECT_DOUBLE_EQ(largest_lift(chosen_TE, 2), 3);
}

TEST(LargestLift, is_unknown_where_chance_gives_too_few) {
  EXPECT_TRUE(std::isnan(largest_lift(table({1, 1, 0, 0, 0, 0, 1, 1}, 4), 2)));
  EXPECT_TRUE(std::isnan(largest_lift(table({1, 0}, 2), 1)));
}

}  // namespace
}  // namespace moestro
