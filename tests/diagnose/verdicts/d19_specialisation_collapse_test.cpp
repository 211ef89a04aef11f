// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

Case becoming(double from, double to) {
  auto c = case_of({});
  auto& history = c.layers[{0, ""}];
  history.recent_loads = {{1, 1}};
  for (int64_t i = 1; i <= 20; ++i) {
    history.briefs.push_back(
        {.step = 50 * i,
         .similarity = from + (to - from) * static_cast<double>(i) / 20});
    c.run.push_back({.step = 50 * i, .loss = i < 10 ? 3.0 - 0.1 * i : 2.1});
  }
  return c;
}

TEST(D19, experts_become_alike_and_the_loss_stands) {
  const auto d = judged("d19-specialisation-collapse", becoming(0.1, 0.9));
  ASSERT_TRUE(d);
  EXPECT_GT(d->confidence, 0.7);
  EXPECT_EQ(d->layers, std::vector<int32_t>{0});
}

TEST(D19, experts_that_stay_apart_are_healthy) {
  EXPECT_FALSE(judged("d19-specialisation-collapse", becoming(0.1, 0.2)));
}

}  // namespace
}  // namespace moestro
