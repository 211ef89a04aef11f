// SPDX-License-Identifier: Apache-2.0
// A balanced mixture-of-experts layer in a training loop of one's own.
#include <cstdio>

#include <ATen/TensorOperators.h>
#include <ATen/ops/randn.h>
#include <moestro/moe.h>

int main() {
  auto moe = moestro::MoE::from_recipe(
      "deepseek-v3",
      {.model_dim = 64,
       .experts = 8,
       .top_k = 2,
       .settings = {"moe.controller.sign-bias.rate=0.003"}});
  for (int step = 1; step <= 100; ++step) {
    const auto x_TD = at::randn({512, 64}) + 0.5;
    const auto loss =
        (moe.forward(x_TD) - x_TD).square().mean() + moe.balance_loss();
    loss.backward();
    for (auto& p : moe.parameters()) {  // plain gradient descent
      if (p.grad().defined()) {
        p.detach().sub_(p.grad(), 0.05);
        p.mutable_grad().reset();
      }
    }
    moe.end_step();
    if (step % 33 == 1) {
      std::printf(
          "step %3d  loss %.4f  fullest expert %.2f x the mean\n",
          step,
          loss.item<double>(),
          1 + moe.load().max_vio);
    }
  }
}
