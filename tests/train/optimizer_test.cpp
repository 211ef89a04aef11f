// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/optimizer.h"

#include <gtest/gtest.h>

#include "moestro/train/guard.h"
#include "tests/device/device.h"

namespace moestro {
namespace {

TEST(Schedule, warms_up_linearly_then_falls_as_a_cosine) {
  const OptimizerOptions o{
      .schedule = "cosine", .warmup = 10, .final_lr_share = 0.1};
  EXPECT_DOUBLE_EQ(schedule_share(o, 1, 110), 0.1);
  EXPECT_DOUBLE_EQ(schedule_share(o, 10, 110), 1);
  EXPECT_NEAR(schedule_share(o, 60, 110), 0.55, 1e-12);
  EXPECT_NEAR(schedule_share(o, 110, 110), 0.1, 1e-12);
}

TEST(Schedule, wsd_decays_only_at_the_end) {
  const OptimizerOptions o{
      .schedule = "wsd", .warmup = 0, .final_lr_share = 0, .decay_share = 0.2};
  EXPECT_EQ(schedule_share(o, 80, 100), 1);
  EXPECT_NEAR(schedule_share(o, 90, 100), 0.5, 1e-12);
  EXPECT_NEAR(schedule_share(o, 100, 100), 0, 1e-12);
}

// A part with one router row of one number.
class OneNumber final : public Part {
 public:
  explicit OneNumber(Role role) : role_(role) {}
  void tensors(const TensorVisitor& visit) override {
    visit({.name = "x", .value = x, .role = role_});
  }
  Tensor x = test::here(at::ones({1}));

 private:
  Role role_;
};

GradientNorms norms_now(const Optimizer& optimizer) {
  Transfer transfer;
  const auto places = optimizer.add_norms(transfer);
  transfer.go();
  return norms_of(transfer, places);
}

TEST(Optimizer, first_adamw_step_is_rate_times_sign_plus_decay) {
  OneNumber part(Role::kRest);
  Optimizer optimizer({.weight_decay = 0.5, .clip = 0}, part);
  part.x.mutable_grad() = test::here(at::full({1}, 3.0));
  optimizer.step(norms_now(optimizer), 0.1, {});
  EXPECT_NEAR(part.x.item<double>(), 1 - 0.1 * 0.5 - 0.1, 1e-6);
}

TEST(Optimizer, the_router_has_a_rate_and_a_decay_of_its_own) {
  OneNumber part(Role::kRouter);
  Optimizer optimizer(
      {.router_lr_scale = 0.5, .weight_decay = 0.5, .router_decay = 0}, part);
  part.x.mutable_grad() = test::here(at::full({1}, 3.0));
  optimizer.step(norms_now(optimizer), 0.1, {});
  EXPECT_NEAR(part.x.item<double>(), 1 - 0.05, 1e-6);
}

TEST(Guard, a_spike_is_told_in_robust_deviations) {
  GuardMemory memory;
  for (int i = 0; i < 40; ++i) {
    remember_good(memory, 2 + 0.01 * (i % 5));
  }
  EXPECT_FALSE(loss_problem(memory, 2.05, 10));
  EXPECT_TRUE(loss_problem(memory, 9, 10));
  EXPECT_FALSE(loss_problem(memory, 9, 0));
  EXPECT_TRUE(loss_problem(memory, std::nan(""), 0));
}

}  // namespace
}  // namespace moestro
