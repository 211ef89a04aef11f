// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>

#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

double chance(int64_t step) {
  return static_cast<double>(step * 7919 % 1000) / 1000;
}

void put(StepRecord& record, const std::string& series, double value) {
  record.scalars = {{series, value}};
}

// Now and then a table, as text has them.
void put_text(StepRecord& record) {
  put(record,
      "data/repeated_most",
      record.step % 50 == 0 ? 0.95 : 0.7 * chance(record.step));
}

TEST(A18, warns_when_half_of_the_steps_hold_a_sequence_that_says_one_thing) {
  Watched run({.phi = 2});
  run.run(1000, put_text);
  run.run(100, [](StepRecord& r) {
    put(r, "data/repeated_most", r.step % 2 == 0 ? 0.98 : 0.3);
  });
  const auto* alarm = run.first("A18");
  ASSERT_NE(alarm, nullptr);
  EXPECT_EQ(alarm->level, Level::kWarn);
  EXPECT_GT(alarm->step, 1000);
}

TEST(A18, tables_now_and_then_are_text) {
  Watched run({.phi = 2});
  run.run(5000, put_text);
  EXPECT_EQ(run.first("A18"), nullptr);
}

TEST(A18, closes_when_the_text_is_itself_again) {
  Watched run({.phi = 2});
  run.run(1000, put_text);
  run.run(100, [](StepRecord& r) { put(r, "data/repeated", 0.4); });
  run.run(1000, put_text);
  EXPECT_EQ(run.first("A18"), nullptr);  // it had not been measured before
  run.run(1000, [](StepRecord& r) { put(r, "data/distinct", 0.35); });
  run.run(100, [](StepRecord& r) { put(r, "data/distinct", 0.2); });
  ASSERT_NE(run.first("A18"), nullptr);
  run.run(500, [](StepRecord& r) { put(r, "data/distinct", 0.35); });
  EXPECT_TRUE(run.first("A18")->closed_step);
}

TEST(A18, copies_of_one_text_are_seen_from_the_first_window_on) {
  Watched run({.phi = 2});
  run.run(50, [](StepRecord& r) { put(r, "data/copies", 15.0 / 16); });
  EXPECT_NE(run.first("A18"), nullptr);
}

}  // namespace
}  // namespace moestro
