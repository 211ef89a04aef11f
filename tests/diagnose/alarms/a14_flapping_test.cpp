// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

// A probe every window, flips that fall and vary by a third.
double healthy(int64_t step) {
  const double level = 0.3 * std::exp(-static_cast<double>(step) / 2000);
  return level * (1 + 0.3 * std::sin(static_cast<double>(step)));
}

void put_flips(StepRecord& record, double flips) {
  if (record.step % 50 == 0) {
    record.layers[0].extras = {{"flip-rate", flips}};
  }
}

TEST(A14, warns_when_the_router_begins_to_change_its_mind) {
  Watched run({.phi = 2});
  run.run(1500, [](StepRecord& r) { put_flips(r, healthy(r.step)); });
  run.run(100, [](StepRecord& r) { put_flips(r, 0.7); });
  const auto* alarm = run.first("A14");
  ASSERT_NE(alarm, nullptr);
  EXPECT_EQ(alarm->level, Level::kWarn);
  EXPECT_EQ(alarm->step, 1550);
}

TEST(A14, flips_that_fall_as_they_vary_are_healthy) {
  Watched run({.phi = 2});
  run.run(6000, [](StepRecord& r) { put_flips(r, healthy(r.step)); });
  EXPECT_EQ(run.first("A14"), nullptr);
}

TEST(A14, a_learning_rate_that_rises_explains_them) {
  Watched run({.phi = 2});
  const auto put = [](StepRecord& r, double flips, double rate) {
    put_flips(r, flips);
    r.scalars = {{"lr", rate}};
  };
  run.run(1500, [&](StepRecord& r) { put(r, healthy(r.step), 1e-3); });
  run.run(300, [&](StepRecord& r) { put(r, 0.7, 1e-2); });
  EXPECT_EQ(run.first("A14"), nullptr);
}

}  // namespace
}  // namespace moestro
