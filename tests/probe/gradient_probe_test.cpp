// SPDX-License-Identifier: Apache-2.0
#include "moestro/probe/gradient_probe.h"

#include <map>

#include <gtest/gtest.h>

namespace moestro {
namespace {

using Found = std::map<std::string, double>;

Found of_one_layer(const LossParts& losses, const LayerWeights& weights) {
  const auto all = gradient_paths(losses, {&weights, 1});
  return {all.at(0).begin(), all.at(0).end()};
}

Tensor trained(std::vector<double> values) {
  return at::tensor(values).set_requires_grad(true);
}

// Router gradients (3, 4), (0, 10) and (0, 5); experts' 2.
TEST(GradientPaths, are_measured_loss_by_loss) {
  const auto router = trained({1, 1}), expert = trained({1});
  const auto lm = router[0] * 3 + router[1] * 4 + expert[0] * 2;
  const auto found =
      of_one_layer({lm, router[1] * 10, router[1] * 5}, {{router}, {expert}});
  EXPECT_DOUBLE_EQ(found.at("gradient/lm"), 5);
  EXPECT_DOUBLE_EQ(found.at("gradient/balance"), 10);
  EXPECT_DOUBLE_EQ(found.at("gradient/z"), 5);
  EXPECT_DOUBLE_EQ(found.at("router-lm-gradient"), 2.5);
  EXPECT_DOUBLE_EQ(found.at("lm-gradient-share"), 0.25);
  EXPECT_DOUBLE_EQ(found.at("balance-over-lm"), 2);
  EXPECT_DOUBLE_EQ(found.at("gradient-conflict"), 0.8);
}

TEST(GradientPaths, show_a_router_that_is_cut_off) {
  const auto router = trained({1, 1}), expert = trained({1});
  const auto found =
      of_one_layer({expert[0] * 2, router[1] * 10, {}}, {{router}, {expert}});
  EXPECT_EQ(found.at("router-lm-gradient"), 0);
  EXPECT_EQ(found.at("lm-gradient-share"), 0);
  EXPECT_FALSE(found.contains("balance-over-lm"));
}

TEST(GradientPaths, leave_the_graph_for_the_backward_pass) {
  const auto router = trained({1, 1});
  const auto lm = (router * router).sum();
  (void)of_one_layer({lm, {}, {}}, {{router}, {}});
  lm.backward();
  EXPECT_DOUBLE_EQ(router.grad().sum().item<double>(), 4);
}

}  // namespace
}  // namespace moestro
