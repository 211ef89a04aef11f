// SPDX-License-Identifier: Apache-2.0
// The grouped operator against the readable reference, values and gradients.
#include "moestro/ops/experts.h"

#include <ATen/ops/allclose.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "moestro/ops/assign.h"
#include "moestro/tensor/initial.h"
#include "tests/device/device.h"

namespace moestro {
namespace {

struct Case {
  Tensor x, weight, up, down;
  Assignment pairs;
  Activation activation;
};

// Six tokens, two slots, four experts; expert 3 is never chosen and one slot is
// not used.
Case make_case(Activation activation) {
  auto leaf = [seed = uint64_t{0}](at::IntArrayRef shape) mutable {
    return test::here(
               initial_normal(shape, 1, {.seed = ++seed, .name = "leaf"}))
        .to(at::kDouble)
        .requires_grad_();
  };
  const auto expert_TK =
      test::here(at::tensor({0, 1, 1, 2, 2, 0, 0, -1, 1, 0, 2, 1}, at::kLong))
          .view({6, 2});
  return {
      .x = leaf({6, 4}),
      .weight = leaf({12}),
      .up = leaf({4, widening(activation) * 5, 4}),
      .down = leaf({4, 4, 5}),
      .pairs = assign(expert_TK, 4),
      .activation = activation};
}

std::vector<Tensor> gradients(Case& c, const Tensor& y) {
  (y * y).sum().backward();
  std::vector<Tensor> all;
  for (auto* leaf : {&c.x, &c.weight, &c.up, &c.down}) {
    all.push_back(leaf->grad().clone());
    leaf->mutable_grad().reset();
  }
  return all;
}

class EachActivation : public testing::TestWithParam<Activation> {};

TEST_P(EachActivation, grouped_operator_agrees_with_the_reference) {
  auto c = make_case(GetParam());
  const ExpertWeights weights{c.up, c.down, c.activation};
  const auto fast = experts(c.x, c.pairs, c.weight, weights);
  const auto slow = experts_reference(c.x, c.pairs, c.weight, weights);
  EXPECT_TRUE(at::allclose(fast, slow, 1e-12, 1e-12));
  const auto ours = gradients(c, fast);
  const auto theirs = gradients(c, slow);
  for (size_t i = 0; i < ours.size(); ++i) {
    EXPECT_TRUE(at::allclose(ours[i], theirs[i], 1e-11, 1e-11)) << i;
  }
}

// Central differences of a scalar function of one leaf.
Tensor numeric_gradient(
    const Tensor& leaf, const std::function<double()>& value) {
  auto flat = leaf.detach().view({-1});
  auto out = at::empty_like(flat);
  constexpr double kStep = 1e-6;
  for (int64_t i = 0; i < flat.numel(); ++i) {
    const auto was = flat[i].item<double>();
    flat[i].fill_(was + kStep);
    const double above = value();
    flat[i].fill_(was - kStep);
    out[i] = (above - value()) / (2 * kStep);
    flat[i].fill_(was);
  }
  return out.view_as(leaf);
}

class EachSmoothActivation : public testing::TestWithParam<Activation> {};

TEST_P(EachSmoothActivation, gradients_agree_with_finite_differences) {
  auto c = make_case(GetParam());
  const ExpertWeights weights{c.up, c.down, c.activation};
  const auto value = [&] {
    const auto y = experts(c.x, c.pairs, c.weight, weights);
    return (y * y).sum().item<double>();
  };
  const auto ours = gradients(c, experts(c.x, c.pairs, c.weight, weights));
  const Tensor leaves[] = {c.x, c.weight, c.up, c.down};
  for (size_t i = 0; i < ours.size(); ++i) {
    EXPECT_TRUE(
        at::allclose(ours[i], numeric_gradient(leaves[i], value), 1e-5, 1e-6))
        << i;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All,
    EachActivation,
    testing::Values(Activation::kSwiglu, Activation::kGelu, Activation::kRelu));

INSTANTIATE_TEST_SUITE_P(
    All,
    EachSmoothActivation,
    testing::Values(Activation::kSwiglu, Activation::kGelu));

TEST(Experts, an_expert_without_tokens_gets_a_zero_gradient) {
  auto c = make_case(Activation::kSwiglu);
  const ExpertWeights weights{c.up, c.down, c.activation};
  experts(c.x, c.pairs, c.weight, weights).sum().backward();
  EXPECT_EQ(c.up.grad()[3].abs().sum().item<double>(), 0);
  EXPECT_EQ(c.down.grad()[3].abs().sum().item<double>(), 0);
}

TEST(Experts, a_batch_without_tokens_gives_no_rows) {
  auto c = make_case(Activation::kSwiglu);
  const auto none = assign(test::here(at::empty({0, 2}, at::kLong)), 4);
  const auto y = experts(
      test::here(at::empty({0, 4}, at::kDouble)),
      none,
      test::here(at::empty({0}, at::kDouble)),
      {c.up, c.down, c.activation});
  EXPECT_EQ(y.size(0), 0);
  EXPECT_EQ(y.size(1), 4);
}

TEST(Experts, an_unknown_activation_is_named) {
  EXPECT_THROW((void)activation_of("swish"), c10::ValueError);
}

}  // namespace
}  // namespace moestro
