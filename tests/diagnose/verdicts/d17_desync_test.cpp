// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/diagnose/judging.h"

namespace moestro {
namespace {

Case ranks(double dispersion, double furthest) {
  auto c = case_of({});
  c.layers[{2, ""}] = {
      .briefs =
          {{.step = 50, .phi = 9, .rank_dispersion = 8, .furthest_rank = 1.4},
           {.step = 100,
            .phi = 9,
            .rank_dispersion = dispersion,
            .furthest_rank = furthest},
           {.step = 150,
            .phi = 9,
            .rank_dispersion = dispersion,
            .furthest_rank = furthest}},
      .recent_loads = {{1, 1}}};
  return c;
}

TEST(D17, the_same_rank_is_far_from_the_others_in_every_step) {
  const auto d = judged("d17-desync", ranks(400, 3));
  ASSERT_TRUE(d);
  EXPECT_GT(d->confidence, 0.7);
  EXPECT_EQ(d->layers, std::vector<int32_t>{2});
  EXPECT_EQ(d->since_step, 100);
}

TEST(D17, ranks_that_differ_as_sequences_do_are_in_step) {
  EXPECT_FALSE(judged("d17-desync", ranks(12, 3)));
}

TEST(D17, now_this_rank_now_that_is_text) {
  EXPECT_FALSE(judged("d17-desync", ranks(400, 1.7)));
}

}  // namespace
}  // namespace moestro
