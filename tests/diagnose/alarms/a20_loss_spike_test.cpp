// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

void put_loss(StepRecord& record, double loss) {
  const double noise = static_cast<double>(record.step * 7919 % 101) / 1000;
  record.scalars.emplace_back("loss/lm", loss * (1 + noise));
}

// From 2, where it was long, and so many steps up there.
void rise(Watched& run, double loss, int64_t steps) {
  run.run(300, [](StepRecord& r) { put_loss(r, 2); });
  run.run(steps, [loss](StepRecord& r) { put_loss(r, loss); });
}

TEST(A20, pages_in_the_second_step_of_a_leap) {
  Watched run({.phi = 4});
  rise(run, 4, 5);
  const auto* alarm = run.first("A20");
  ASSERT_NE(alarm, nullptr);
  EXPECT_EQ(alarm->step, 302);
  EXPECT_EQ(alarm->level, Level::kPage);
}

// Noise of 5 %: a tenth more is no leap in any one step.
TEST(A20, pages_when_several_steps_together_are_too_high) {
  Watched run({.phi = 4});
  rise(run, 2.45, 20);
  const auto* alarm = run.first("A20");
  ASSERT_NE(alarm, nullptr);
  EXPECT_LE(alarm->step, 310);
}

// As where the learning rate grew tenfold: 3.5 deviations in every step.
TEST(A20, pages_when_a_smaller_rise_stays) {
  Watched run({.phi = 4});
  rise(run, 2.25, 20);
  const auto* alarm = run.first("A20");
  ASSERT_NE(alarm, nullptr);
  EXPECT_LE(alarm->step, 315);
}

TEST(A20, one_odd_batch_or_a_rise_that_no_one_would_see_is_none) {
  Watched run({.phi = 4});
  run.run(300, [](StepRecord& r) { put_loss(r, 2); });
  run.run(1, [](StepRecord& r) { put_loss(r, 20); });
  run.run(100, [](StepRecord& r) { put_loss(r, 2.06); });
  EXPECT_EQ(run.first("A20"), nullptr);
}

TEST(A20, a_falling_loss_is_none) {
  Watched run({.phi = 4});
  run.run(600, [](StepRecord& r) {
    put_loss(r, 2 + 100.0 / static_cast<double>(r.step));
  });
  EXPECT_EQ(run.first("A20"), nullptr);
}

}  // namespace
}  // namespace moestro
