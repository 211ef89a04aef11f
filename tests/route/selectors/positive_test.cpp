// SPDX-License-Identifier: Apache-2.0
// Every expert with a positive score.
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

TEST(select_positive, takes_any_number_ranked_by_score) {
  const Batch batch(3, 4);
  const auto r = route(
      matrix({{-1, 2, 0, 3}, {-1, -1, -1, 0}, {1, 1, 1, 1}}),
      batch,
      {.score = "relu", .select = "positive"});
  EXPECT_EQ(r.pairs.token_N.size(0), 12);
  EXPECT_EQ(ints(r.pairs.demand_E), (Ints{1, 2, 1, 2}));
  EXPECT_EQ(
      ints(by_slot(r.pairs, 3, 4)),
      (Ints{3, 1, -1, -1, -1, -1, -1, -1, 0, 1, 2, 3}));
  EXPECT_TRUE(equal(
      dense_weights(r, 3), matrix({{0, 2, 0, 3}, {0, 0, 0, 0}, {1, 1, 1, 1}})));
}

}  // namespace
}  // namespace moestro::test
