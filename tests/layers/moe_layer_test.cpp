// SPDX-License-Identifier: Apache-2.0
// The layer that other programs call.
#include "moestro/layers/moe_layer.h"

#include <filesystem>

#include <ATen/ops/equal.h>
#include <ATen/ops/randn.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "moestro/base/error.h"
#include "moestro/lab/registry.h"
#include "moestro/tensor/initial.h"
#include "tests/device/device.h"

namespace moestro {
namespace {

MoEOptions small() {
  return {
      .model_dim = 16,
      .experts = 4,
      .top_k = 2,
      .hidden = 8,
      .device = test::test_device().str(),
      .settings = {"moe.controller.sign-bias.rate=0.003"}};
}

MoELayer deepseek(MoEOptions options = small()) {
  return {registry(), "deepseek-v3", options};
}

void train_once(MoELayer& moe, const Tensor& x_TD, double rate = 0.01) {
  const auto y_TD = moe.forward(x_TD);
  ((y_TD - x_TD).square().mean() + moe.balance_loss()).backward();
  for (auto& p : moe.parameters()) {
    if (p.grad().defined()) {
      p.detach().sub_(p.grad(), rate);
      p.mutable_grad().reset();
    }
  }
  moe.end_step();
}

double max_vio(const Counts& c) {
  double most = 0, all = 0;
  for (const auto n : c.demand) {
    most = std::max(most, static_cast<double>(n));
    all += static_cast<double>(n);
  }
  return most * static_cast<double>(c.demand.size()) / all - 1;
}

TEST(moe_layer, a_loop_of_ones_own_learns_and_stays_balanced) {
  auto moe = deepseek();
  // Tokens that resemble each other: without a bias they crowd together.
  const auto x_TD =
      test::here(initial_normal({512, 16}, 0.5, {.seed = 1, .name = "own"})) +
      test::here(initial_normal({16}, 1.5, {.seed = 1, .name = "shared"}));
  train_once(moe, x_TD);
  const auto first = max_vio(moe.totals().counts);
  for (int step = 0; step < 150; ++step) {
    train_once(moe, x_TD);
  }
  EXPECT_GT(first, 0.5);
  EXPECT_LT(max_vio(moe.totals().counts), first / 2);
  EXPECT_EQ(moe.totals().counts.tokens, 512);
  EXPECT_EQ(moe.steps(), 151);
}

TEST(moe_layer, micro_batches_of_a_step_add_up) {
  auto moe = deepseek();
  const auto x_TD = test::here(at::randn({64, 16}));
  (void)moe.forward(x_TD.narrow(0, 0, 40));
  (void)moe.forward(x_TD.narrow(0, 40, 24));
  moe.end_step();
  EXPECT_EQ(moe.totals().counts.tokens, 64);
}

TEST(moe_layer, padding_may_hold_anything_and_counts_for_nothing) {
  auto moe = deepseek();
  auto x_TD = test::here(at::randn({8, 16}));
  x_TD.narrow(0, 6, 2).fill_(std::nan(""));
  const auto y_TD =
      moe.forward(x_TD, {.mask_T = test::here(at::arange(8)).lt(6)});
  EXPECT_TRUE(at::isfinite(y_TD.narrow(0, 0, 6)).all().item<bool>());
  EXPECT_TRUE(std::isfinite(moe.balance_loss().item<double>()));
  moe.end_step();
  EXPECT_EQ(moe.totals().counts.tokens, 6);
}

TEST(moe_layer, evaluation_counts_and_draws_nothing) {
  auto moe = MoELayer(
      registry(),
      "topk",
      {.model_dim = 16,
       .hidden = 8,
       .device = test::test_device().str(),
       .settings = {"moe.perturbs=[\"gaussian\"]"}});
  const auto x_TD = test::here(at::randn({8, 16}));
  moe.set_training(false);
  EXPECT_TRUE(at::equal(moe.forward(x_TD), moe.forward(x_TD)));
  moe.set_training(true);
  moe.end_step();
  EXPECT_EQ(moe.totals().counts.tokens, 0);
}

TEST(moe_layer, a_skipped_step_changes_nothing) {
  auto moe = deepseek();
  const auto before = moe.knobs().bias;
  (void)moe.forward(test::here(at::randn({64, 16})));
  moe.skip_step();
  EXPECT_EQ(moe.knobs().bias, before);
}

TEST(moe_layer, what_is_saved_goes_on_bit_for_bit) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("moestro-moe-" + std::to_string(getpid()));
  auto one = deepseek(), two = deepseek();
  const auto x_TD = test::here(at::randn({128, 16}));
  for (int step = 0; step < 5; ++step) {
    train_once(one, x_TD);
  }
  one.save(path.string());
  two.load(path.string());
  std::filesystem::remove(path);
  train_once(one, x_TD);
  train_once(two, x_TD);
  EXPECT_EQ(two.steps(), 6);
  EXPECT_EQ(one.knobs().bias, two.knobs().bias);
  EXPECT_TRUE(at::equal(one.parameters()[0], two.parameters()[0]));
}

TEST(moe_layer, replayed_experts_are_served) {
  auto moe = MoELayer(
      registry(),
      "topk",
      {.model_dim = 16,
       .experts = 4,
       .hidden = 8,
       .device = test::test_device().str(),
       .settings = {"moe.select=replay"}});
  const auto experts =
      test::here(at::tensor({0, 1, 0, 1}, at::kLong)).view({2, 2});
  (void)moe.forward(test::here(at::randn({2, 16})), {.replay_TK = experts});
  moe.end_step();
  EXPECT_EQ(moe.totals().counts.demand, (std::vector<int64_t>{2, 2, 0, 0}));
}

TEST(moe_layer, refusals_name_the_key) {
  const auto subject = [](const MoEOptions& options) -> std::string {
    try {
      (void)deepseek(options);
    } catch (const ConfigurationError& error) {
      return error.subject() + "|" + error.what();
    }
    return "accepted";
  };
  EXPECT_NE(subject({}).find("model_dim"), std::string::npos);
  EXPECT_NE(
      subject({.model_dim = 8, .settings = {"moe.exprts=4"}})
          .find("did you mean 'moe.experts'"),
      std::string::npos);
}

TEST(moe_layer, sequences_are_counted_unless_their_number_is_given) {
  const auto x_TD =
      test::here(initial_normal({8, 16}, 1, {.seed = 2, .name = "x"}));
  const auto sequence_T = test::here(at::arange(8)).floor_divide(4);
  const auto loss_of = [&](int64_t num_sequences) {
    auto moe = deepseek();
    (void)moe.forward(
        x_TD, {.sequence_T = sequence_T, .num_sequences = num_sequences});
    return moe.balance_loss().item<double>();
  };
  EXPECT_EQ(loss_of(0), loss_of(2));
  // On a device nobody looks.
  if (test::test_device().is_cpu()) {
    EXPECT_THROW((void)loss_of(1), c10::ValueError);
  }
}

TEST(moe_layer, rows_that_do_not_fit_are_refused) {
  auto moe = deepseek();
  EXPECT_THROW(
      (void)moe.forward(test::here(at::randn({4, 15}))), c10::ValueError);
  EXPECT_THROW(
      (void)moe.forward(
          test::here(at::randn({4, 16})),
          {.mask_T = test::here(at::ones({3}, at::kBool))}),
      c10::ValueError);
}

}  // namespace
}  // namespace moestro
