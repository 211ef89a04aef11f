// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

void put_norm(StepRecord& record, double norm) {
  // A little noise, of the step's own.
  const double noise = static_cast<double>(record.step * 7919 % 101) / 1000;
  record.scalars.emplace_back("grad_norm/router", norm * (1 + noise));
}

TEST(A19, warns_when_the_router_s_gradient_leaps_and_stays_up) {
  Watched run({.phi = 4});
  run.run(300, [](StepRecord& r) { put_norm(r, 0.1); });
  run.run(10, [](StepRecord& r) { put_norm(r, 1); });
  const auto* alarm = run.first("A19");
  ASSERT_NE(alarm, nullptr);
  EXPECT_EQ(alarm->step, 303);
}

TEST(A19, one_odd_batch_is_no_news) {
  Watched run({.phi = 4});
  run.run(300, [](StepRecord& r) { put_norm(r, 0.1); });
  run.run(1, [](StepRecord& r) { put_norm(r, 1); });
  run.run(100, [](StepRecord& r) { put_norm(r, 0.1); });
  EXPECT_EQ(run.first("A19"), nullptr);
}

TEST(A19, warns_at_once_of_an_optimizer_that_lost_its_moments) {
  Watched run({.phi = 4});
  run.run(100, [](StepRecord& r) {
    r.scalars = {{"moments/router", r.step % 2 == 0 ? 0.03 : 0.025}};
  });
  EXPECT_EQ(run.first("A19"), nullptr);
  run.run(1, [](StepRecord& r) { r.scalars = {{"moments/router", 0.0}}; });
  ASSERT_NE(run.first("A19"), nullptr);
  EXPECT_EQ(run.first("A19")->step, 101);
}

}  // namespace
}  // namespace moestro
