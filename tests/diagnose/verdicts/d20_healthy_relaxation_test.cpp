// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

Case relaxing(std::vector<AlarmEntry> alarms, double loss_at_end) {
  auto c = case_of(std::move(alarms));
  auto& history = c.layers[{0, ""}];
  history.recent_loads = {{1, 1}};
  for (int64_t i = 0; i < 40; ++i) {
    const double done = static_cast<double>(i) / 40;
    history.briefs.push_back(
        {.max_vio = 0.2 + 0.4 * done, .flips = 0.3 * (1 - done)});
    c.run.push_back(
        {.step = 50 * i + 50, .loss = 3 + (loss_at_end - 3) * done});
  }
  return c;
}

TEST(D20, more_uneven_more_settled_and_better_is_healthy) {
  const auto d = judged("d20-healthy-relaxation", relaxing({}, 2));
  ASSERT_TRUE(d);
  EXPECT_GT(d->confidence, kLowConfidence);
}

TEST(D20, an_alarm_is_no_relaxation) {
  EXPECT_FALSE(judged(
      "d20-healthy-relaxation",
      relaxing({alarm("A01", Level::kWarn, 900, 0)}, 2)));
}

TEST(D20, a_loss_that_rises_is_none_either) {
  EXPECT_FALSE(judged("d20-healthy-relaxation", relaxing({}, 4)));
}

}  // namespace
}  // namespace moestro
