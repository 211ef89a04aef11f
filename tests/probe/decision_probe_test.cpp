// SPDX-License-Identifier: Apache-2.0
#include "moestro/probe/decision_probe.h"

#include <gtest/gtest.h>

#include "moestro/ops/assign.h"

namespace moestro {
namespace {

double at_name(const Measures& all, const std::string& name) {
  for (const auto& [key, value] : all) {
    if (key == name) {
      return value;
    }
  }
  return std::numeric_limits<double>::quiet_NaN();
}

// Gaps of 2, 1 and 0.05; the spacing at 20 is 2^(4 - 7) = 0.125.
TEST(Decision, is_risky_below_the_spacing_of_bf16) {
  const auto logits_TE =
      at::tensor({3., 1., 0., 2., 1., 0., 20., 19.95, 0.}).view({3, 3});
  const auto found = decision(logits_TE, 1);
  EXPECT_DOUBLE_EQ(at_name(found, "margin"), 1);
  EXPECT_NEAR(at_name(found, "precision-at-risk"), 1. / 3, 1e-12);
  EXPECT_NEAR(at_name(found, "margin-low"), 0.05 + 0.02 * 0.95, 1e-9);
}

// 0.05 is more than the spacing at 1, 2^-7.
TEST(Decision, knows_the_spacing_of_small_logits) {
  const auto found = decision(at::tensor({1.05, 1., 0.}).view({1, 3}), 1);
  EXPECT_EQ(at_name(found, "precision-at-risk"), 0);
}

TEST(Decision, needs_somebody_who_is_refused) {
  EXPECT_TRUE(decision(at::ones({2, 2}), 2).empty());
  EXPECT_TRUE(decision(at::ones({0, 4}), 2).empty());
}

// Shares 0.75 and 0.6, the second pair is dropped.
TEST(RoutingConfidence, is_the_mass_that_is_kept) {
  Routing r;
  r.scores.live_TE = at::tensor({3., 1., 0.8, 1.2}).view({2, 2});
  r.pairs = assign_pairs(
      {.token_N = at::tensor({0, 1}, at::kLong),
       .expert_N = at::tensor({0, 1}, at::kLong),
       .slot_N = at::tensor({0, 0}, at::kLong),
       .served_N = at::tensor({1, 0}, at::kInt).to(at::kBool)},
      2);
  EXPECT_DOUBLE_EQ(routing_confidence(r), 0.375);
}

}  // namespace
}  // namespace moestro
