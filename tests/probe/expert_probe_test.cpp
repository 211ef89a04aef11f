// SPDX-License-Identifier: Apache-2.0
#include "moestro/probe/expert_probe.h"

#include <ATen/ops/eye.h>
#include <gtest/gtest.h>

#include "moestro/ops/assign.h"

namespace moestro {
namespace {

// Expert e multiplies its rows by a factor of its own.
class Scaling final : public Experts {
 public:
  explicit Scaling(std::vector<double> factor_E)
      : factor_E_(at::tensor(factor_E).to(at::kFloat)) {}
  [[nodiscard]] Tensor forward(
      const Tensor& x_TD,
      const Assignment& pairs,
      const Tensor& weight_N) const override {
    const auto factor_N = factor_E_.index_select(0, pairs.expert_N) * weight_N;
    return at::zeros_like(x_TD).index_add(
        0,
        pairs.token_N,
        x_TD.index_select(0, pairs.token_N) * factor_N.unsqueeze(1));
  }

 private:
  Tensor factor_E_;
};

TEST(ExpertOutputs, are_every_expert_on_every_token) {
  const Scaling experts({1, -2});
  const auto y_ETD =
      expert_outputs(experts, at::tensor({1.F, 2.F, 3.F, 4.F}).view({2, 2}), 2);
  EXPECT_TRUE(
      y_ETD[1].equal(at::tensor({-2.F, -4.F, -6.F, -8.F}).view({2, 2})));
}

TEST(OutputSimilarity, of_copies_is_one) {
  const auto y_TD = at::tensor({1., 0., 0., 1., 2., 1.}).view({3, 2});
  const auto found = output_similarity(at::stack({y_TD, y_TD}));
  EXPECT_NEAR(found.at(0).second, 1, 1e-12);
  EXPECT_NEAR(found.at(1).second, 0, 1e-12);
  EXPECT_NEAR(found.at(2).second, 1, 1e-12);
}

TEST(OutputSimilarity, names_the_two_that_are_most_alike) {
  const auto y_TD = at::tensor({1., 0., 0., 1., 2., 1.}).view({3, 2});
  const auto found = output_similarity(at::stack({-y_TD, y_TD, 3 * y_TD}));
  EXPECT_NEAR(found.at(0).second, -1. / 3, 1e-12);
  EXPECT_EQ(found.at(3).first, "output-similarity-max");
  EXPECT_NEAR(found.at(3).second, 1, 1e-12);
  EXPECT_EQ(found.at(4).second, 1);
  EXPECT_EQ(found.at(5).second, 2);
}

// Expert 1 turns by a right angle: no cosine, but the same arrangement.
TEST(OutputSimilarity, of_turned_outputs_is_seen_by_cka_alone) {
  const auto y_TD = at::tensor({1., 0., 0., 1., -1., -1.}).view({3, 2});
  const auto turned_TD = at::tensor({0., 1., -1., 0., 1., -1.}).view({3, 2});
  const auto found = output_similarity(at::stack({y_TD, turned_TD}));
  EXPECT_NEAR(found.at(0).second, 0, 1e-12);
  EXPECT_NEAR(found.at(1).second, 0.5, 1e-12);
  EXPECT_NEAR(found.at(2).second, 1, 1e-12);
}

// Means 2, 1 and 0.01: the mute one over the median.
TEST(OutputShare, finds_the_expert_that_says_nothing) {
  Routing r;
  r.pairs = assign(at::tensor({0, 1, 2}, at::kLong).view({3, 1}), 3);
  r.weight_N = at::tensor({1., 0.5, 1.});
  const auto size_ET =
      at::tensor({2., 2., 2., 2., 2., 2., .01, .01, .01}).view({3, 3, 1});
  const auto found = output_share(size_ET, r);
  EXPECT_NEAR(found.at(0).second, 0.01, 1e-6);
  EXPECT_EQ(found.at(1).second, 2);
}

// Three of four answers are 1, the own one of expert 3 is 5.
TEST(RouterAlignment, compares_the_own_answer_with_the_mean) {
  const Scaling experts({1, 1, 1, 5});
  EXPECT_NEAR(
      router_alignment(experts, at::eye(4)), (3 * 1 / 2. + 5 / 2.) / 4, 1e-6);
}

}  // namespace
}  // namespace moestro
