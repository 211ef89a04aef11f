// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/watching.h"

namespace moestro {
namespace {

// Experts 0 to 15 on device 0, and so on.
Watched on_four_devices() {
  Watched run({.phi = 2});
  auto& facts = run.facts.layers[0];
  for (int32_t e = 0; e < 64; ++e) {
    facts.device_E.push_back(e / 16);
  }
  run.watch = std::make_unique<Watch>(run.registry, WatchOptions{}, run.facts);
  return run;
}

void crowd_first_device(Watched& run) {
  for (size_t e = 0; e < 16; ++e) {
    run.layers[0].favour(e, 1.5);
  }
}

double first_device(const StepRecord& record) {
  const auto& demand = record.layers[0].counts.demand;
  double sum = 0;
  for (size_t e = 0; e < 16; ++e) {
    sum += static_cast<double>(demand[e]);
  }
  return sum;
}

TEST(A23, warns_when_steps_take_longer_as_one_device_has_more_to_do) {
  auto run = on_four_devices();
  run.run(500);
  crowd_first_device(run);
  run.run(1000, [](StepRecord& r) {
    r.scalars = {{"seconds", 1e-4 * first_device(r)}};
  });
  const auto* alarm = run.first("A23");
  ASSERT_NE(alarm, nullptr);
  EXPECT_EQ(run.watch->alarms().back().id, "A23");
  EXPECT_EQ(alarm->layer, 0);
  EXPECT_GT(alarm->value, 1.15);
  EXPECT_EQ(alarm->level, Level::kWarn);
}

TEST(A23, only_mentions_it_where_nobody_took_the_time) {
  auto run = on_four_devices();
  run.run(500);
  crowd_first_device(run);
  run.run(1000);
  ASSERT_NE(run.first("A23"), nullptr);
  EXPECT_EQ(run.first("A23")->level, Level::kInfo);
}

TEST(A23, even_devices_and_unknown_ones_are_left_alone) {
  auto even = on_four_devices();
  even.run(2000);
  EXPECT_EQ(even.first("A23"), nullptr);
  Watched unknown({.phi = 2});
  crowd_first_device(unknown);
  unknown.run(1000);
  EXPECT_EQ(unknown.first("A23"), nullptr);
}

}  // namespace
}  // namespace moestro
