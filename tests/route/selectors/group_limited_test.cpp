// SPDX-License-Identifier: Apache-2.0
// Group-limited selection.
#include "moestro/base/error.h"
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

struct Case {
  Tensor score_TE, bias_E;
  int64_t groups, kept, k;
};

Ints chosen_of(const Case& c) {
  const auto experts = c.score_TE.size(1);
  const Batch batch(1, experts, c.k);
  const auto part = make<Select>(
      "group-limited",
      site_of(batch),
      {{"groups", c.groups}, {"group_topk", c.kept}});
  const Scores scores = {
      .live_TE = c.score_TE,
      .choice_TE = c.score_TE + c.bias_E,
      .tie_TE = c.score_TE};
  auto chosen = ints(by_slot(part->select(scores, batch.context()), 1, c.k));
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

// R28 (DeepSeek-V3#741, vllm#13474): losers at 0.0 would give {4, 5}.
TEST(select_group_limited, r28_losing_groups_lie_at_minus_infinity) {
  const auto score = matrix({{.10, .12, .11, .13, .05, .04, .06, .03}});
  const auto bias = here(at::full({8}, -0.3));
  EXPECT_EQ(chosen_of({score, bias, 2, 1, 2}), (Ints{1, 3}));
}

TEST(select_group_limited, ranks_groups_by_the_sum_of_their_two_best) {
  const auto score = matrix({{9, 0, 0, 6, 5, 0}});
  const auto none = here(at::zeros({6}));
  EXPECT_EQ(chosen_of({score, none, 2, 1, 2}), (Ints{3, 4}));
  EXPECT_EQ(chosen_of({score, none, 2, 2, 2}), (Ints{0, 3}));
}

TEST(select_group_limited, groups_of_one_work) {
  const auto score = matrix({{1, 3, 2, 0}});
  EXPECT_EQ(chosen_of({score, here(at::zeros({4})), 4, 2, 2}), (Ints{1, 2}));
}

TEST(select_group_limited, ties_of_groups_go_to_the_lower_index) {
  const auto score = here(at::ones({1, 6}));
  EXPECT_EQ(chosen_of({score, here(at::zeros({6})), 3, 1, 2}), (Ints{0, 1}));
}

TEST(select_group_limited, groups_that_underflow_are_ranked_by_their_logits) {
  const Batch batch(1, 6, 3);
  const auto part = make<Select>(
      "group-limited", site_of(batch), {{"groups", 3L}, {"group_topk", 2L}});
  const auto logits = matrix({{200, 199, 1, 2, 3, 0}});
  const Scores scores = {
      .live_TE = logits.softmax(1),
      .choice_TE = logits.softmax(1),
      .tie_TE = logits};
  EXPECT_EQ(
      ints(by_slot(part->select(scores, batch.context()), 1, 3)),
      (Ints{0, 1, 4}));
}

TEST(select_group_limited, refuses_impossible_groups) {
  const auto refuses = [](int64_t groups, int64_t kept, int64_t k) {
    const PartSite site = {.num_experts = 8, .top_k = k};
    EXPECT_THROW(
        make<Select>(
            "group-limited", site, {{"groups", groups}, {"group_topk", kept}}),
        ConfigurationError);
  };
  refuses(3, 1, 1);
  refuses(4, 5, 1);
  refuses(4, 1, 3);
}

}  // namespace
}  // namespace moestro::test
