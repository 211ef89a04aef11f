// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

Case resumed(std::vector<AlarmEntry> alarms) {
  auto c = case_of(std::move(alarms));
  c.journal = {
      {.step = 0, .kind = "started"}, {.step = 399, .kind = "resumed"}};
  return c;
}

TEST(D16, the_gradient_leaps_right_after_a_resume) {
  const auto d =
      judged("d16-discontinuity", resumed({alarm("A19", Level::kWarn, 400)}));
  ASSERT_TRUE(d);
  EXPECT_GT(d->confidence, 0.8);
  EXPECT_EQ(d->since_step, 400);
}

TEST(D16, long_after_it_something_else_is_the_cause) {
  EXPECT_FALSE(
      judged("d16-discontinuity", resumed({alarm("A19", Level::kWarn, 1400)})));
}

TEST(D16, a_loss_that_leaps_too_speaks_for_the_rate) {
  const auto c = resumed(
      {alarm("A19", Level::kWarn, 401), alarm("A20", Level::kPage, 402)});
  EXPECT_LT(
      confidence("d16-discontinuity", c),
      confidence("d15-optimiser-instability", c));
}

TEST(D16, a_rate_that_jumps_in_a_trace_is_a_break_as_well) {
  auto c = case_of({alarm("A01", Level::kWarn, 1030, 0)});
  for (int64_t step = 50; step <= 1000; step += 50) {
    c.run.push_back({.step = step, .lr = step < 1000 ? 1e-3 : 5e-3});
  }
  EXPECT_GT(confidence("d16-discontinuity", c), kLowConfidence);
}

}  // namespace
}  // namespace moestro
