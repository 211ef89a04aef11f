// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

Case flat(const std::vector<double>& last, const std::vector<double>& before) {
  Case c;
  c.layers[{0, ""}] = {.briefs = {{}}, .recent_loads = {before, last}};
  return c;
}

TEST(D24, half_of_the_experts_share_everything_exactly) {
  EXPECT_GT(
      confidence("d24-forced-routing", flat({2, 2, 0, 0}, {2, 2, 0, 0})), 0.8);
}

TEST(D24, loads_that_vary_are_not_forced) {
  EXPECT_EQ(
      confidence("d24-forced-routing", flat({2, 2, 0, 0}, {2.1, 1.9, 0, 0})),
      0);
  EXPECT_EQ(
      confidence("d24-forced-routing", flat({1, 1, 1, 1}, {1, 1, 1, 1})), 0);
}
}  // namespace
}  // namespace moestro
