// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/treating.h"

namespace moestro {
namespace {

constexpr auto kName = "d15-rewind";

TEST(Rewind, goes_back_to_the_newest_checkpoint_of_before) {
  Made made;
  made.diagnosis.since_step = 460;
  made.panel.checkpoints = {200, 400, 480};
  EXPECT_EQ(
      made.acts(kName),
      "rewind: to the checkpoint of step 400; lr_scale: 1 -> 0.3");
  EXPECT_NEAR(made.plan(kName).value_or(Order{}).test.threshold, 2.1, 1e-12);
}

TEST(Rewind, a_jump_that_is_known_is_undone) {
  Made made;
  made.diagnosis.since_step = 460;
  for (int64_t i = 1; i <= 10; ++i) {
    made.record.run.push_back(
        {.step = 46 * i, .loss = 2, .lr = i == 10 ? 0.05 : 0.01});
  }
  EXPECT_EQ(made.acts(kName), "lr_scale: 1 -> 0.2");
}

TEST(Rewind, without_one_only_the_rate_is_lowered) {
  Made made;
  made.diagnosis.since_step = 460;
  EXPECT_EQ(made.acts(kName), "lr_scale: 1 -> 0.3");
}

TEST(Rewind, the_rate_is_not_lowered_without_end) {
  Made made;
  made.panel.run.lr_scale = 0.03;
  EXPECT_EQ(made.acts(kName), "nothing");
}

}  // namespace
}  // namespace moestro
