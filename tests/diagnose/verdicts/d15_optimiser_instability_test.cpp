// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

TEST(D15, gradient_then_loss_while_routing_is_healthy) {
  const auto c = case_of(
      {alarm("A19", Level::kWarn, 300), alarm("A20", Level::kPage, 301)});
  EXPECT_GT(confidence("d15-optimiser-instability", c), 0.8);
  EXPECT_EQ(judged("d15-optimiser-instability", c)->since_step, 300);
}

TEST(D15, routing_that_was_ill_before_speaks_against_it) {
  EXPECT_LT(
      confidence(
          "d15-optimiser-instability",
          case_of(
              {alarm("A01", Level::kPage, 200, 0),
               alarm("A20", Level::kPage, 301)})),
      kLowConfidence);
}

// The rate leaps at step 1000, and the loss of the windows rises from 2.
Case with_rates(double rate, double loss, std::vector<AlarmEntry> alarms) {
  auto c = case_of(std::move(alarms));
  for (int64_t step = 50; step <= 1500; step += 50) {
    const bool after = step > 1000;
    c.run.push_back(
        {.step = step, .loss = after ? loss : 2, .lr = after ? rate : 1e-3});
  }
  return c;
}

TEST(D15, a_loss_that_rose_with_the_rate_need_not_leap) {
  constexpr auto kName = "d15-optimiser-instability";
  const auto leap = alarm("A19", Level::kWarn, 1012);
  EXPECT_GT(confidence(kName, with_rates(1e-2, 2.5, {leap})), 0.8);
  EXPECT_EQ(judged(kName, with_rates(1e-2, 2.5, {leap}))->since_step, 1012);
  EXPECT_EQ(confidence(kName, with_rates(1e-2, 2.05, {leap})), 0);
  EXPECT_EQ(confidence(kName, with_rates(1e-3, 2.5, {leap})), 0);
  EXPECT_EQ(confidence(kName, with_rates(1e-2, 2.5, {})), 0);
}

TEST(D15, experts_that_are_alike_at_once_have_another_cause) {
  const auto leap = alarm("A20", Level::kPage, 1000);
  const auto soon = alarm("A12", Level::kWarn, 1020, 0);
  const auto late = alarm("A12", Level::kWarn, 1400, 0);
  const auto name = "d15-optimiser-instability";
  const double alone = confidence(name, case_of({leap}));
  EXPECT_LT(confidence(name, case_of({leap, soon})), alone - 0.2);
  EXPECT_EQ(confidence(name, case_of({leap, late})), alone);
}

TEST(D15, what_had_passed_long_before_is_no_cause) {
  auto early = alarm("A05", Level::kWarn, 200, 0);
  early.closed_step = 300;
  const auto leap = alarm("A20", Level::kPage, 1012);
  const auto name = "d15-optimiser-instability";
  EXPECT_GT(confidence(name, with_rates(1e-2, 3, {early, leap})), 0.8);
  early.closed_step.reset();
  EXPECT_LT(
      confidence(name, with_rates(1e-3, 3, {early, leap})), kLowConfidence);
}

}  // namespace
}  // namespace moestro
