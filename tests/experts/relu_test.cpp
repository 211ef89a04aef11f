// SPDX-License-Identifier: Apache-2.0
#include <ATen/ops/allclose.h>
#include <ATen/ops/randn.h>
#include <gtest/gtest.h>

#include "moestro/base/registry.h"
#include "moestro/ops/part.h"

namespace moestro {
namespace {

TEST(experts_relu, dense_pass_is_down_of_activation_of_up) {
  Registry registry;
  registry.add_all<Experts>();
  const auto bank = registry.at<Experts>("relu").make(
      {}, {.model_dim = 4, .hidden_dim = 3, .num_experts = 2});
  Tensor up, down;
  bank->tensors([&](const NamedTensor& t) {
    (t.name == "up" ? up : down) = t.value;
    EXPECT_EQ(t.role, Role::kExperts);
    EXPECT_EQ(t.expert_dim, 0);
  });
  EXPECT_EQ(down.sizes(), at::IntArrayRef({2, 4, 3}));
  const auto x = at::randn({5, 4});
  const auto h = x.matmul(up[0].t()).clamp_min(0);
  EXPECT_TRUE(at::allclose(bank->dense(x), h.matmul(down[0].t()), 1e-5, 1e-6));
}

}  // namespace
}  // namespace moestro
