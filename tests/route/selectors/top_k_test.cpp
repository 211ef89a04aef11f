// SPDX-License-Identifier: Apache-2.0
// Top-k by stable sort.
#include "moestro/base/error.h"
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

TEST(select_top_k, takes_the_best_in_order) {
  const Batch batch(2, 4);
  const auto r = route(matrix({{1, 4, 2, 3}, {5, 1, 6, 0}}), batch);
  EXPECT_EQ(ints(by_slot(r.pairs, 2, 2)), (Ints{1, 3, 2, 0}));
  EXPECT_EQ(ints(r.pairs.demand_E), (Ints{1, 1, 1, 1}));
}

TEST(select_top_k, ties_go_to_the_lower_index) {
  const Batch batch(1, 5, 3);
  const auto r = route(matrix({{0, 1, 0, 1, 1}}), batch);
  EXPECT_EQ(ints(by_slot(r.pairs, 1, 3)), (Ints{1, 3, 4}));
}

// R30: bf16 would see equal logits here.
TEST(select_top_k, r30_tells_near_ties_apart_wherever_the_row_lies) {
  const Batch batch(3, 4, 1);
  const auto near = matrix(
      {{1.0, 1.0001, 1.0002, 0.9}, {0, 5, 0, 0}, {1.0, 1.0001, 1.0002, 0.9}});
  EXPECT_EQ(
      reals(near.to(at::kBFloat16)[0].narrow(0, 0, 3)),
      std::vector<double>(3, 1.0));
  const auto r = route(near, batch, {.select = "top-k"});
  EXPECT_EQ(ints(by_slot(r.pairs, 3, 1)), (Ints{2, 1, 2}));
  for (const int64_t size : {1, 2, 3}) {
    const auto part = route(near.narrow(0, 0, size), Batch(size, 4, 1));
    EXPECT_EQ(ints(by_slot(part.pairs, size, 1))[0], 2);
  }
}

TEST(select_top_k, padding_asks_for_nobody) {
  Batch batch(3, 4);
  batch.tokens.valid_T = here(at::tensor({1, 0, 1})).to(at::kBool);
  const auto r = route(numbers(3, 4), batch);
  EXPECT_EQ(r.pairs.demand_E.sum().item<int64_t>(), 4);
  EXPECT_EQ(ints(by_slot(r.pairs, 3, 2)[1]), (Ints{-1, -1}));
}

TEST(select_top_k, follows_the_k_of_the_knobs) {
  Batch batch(3, 4);
  batch.knobs.k = 3;
  EXPECT_EQ(route(numbers(3, 4), batch).pairs.token_N.size(0), 9);
}

TEST(select_top_k, refuses_more_experts_than_there_are) {
  const PartSite site = {.num_experts = 4, .top_k = 5};
  EXPECT_THROW(make<Select>("top-k", site), Error);
}

}  // namespace
}  // namespace moestro::test
