// SPDX-License-Identifier: Apache-2.0
#include <ATen/ops/allclose.h>
#include <ATen/ops/randn.h>
#include <gtest/gtest.h>

#include "tests/device/device.h"
#include "tests/layers/layer_fixture.h"

namespace moestro {
namespace {

TEST(layer_routed, one_expert_with_weight_one_is_the_dense_network) {
  const LayerFixture moe(
      {"moe.recipe=topk",
       "moe.experts=1",
       "moe.top_k=1",
       "moe.weigh=raw",
       "moe.hidden=6",
       "model.layers=1"});
  Tensor up, down;
  moe.layer->tensors([&](const NamedTensor& t) {
    if (t.name == "experts.up") {
      up = t.value;
    } else if (t.name == "experts.down") {
      down = t.value;
    }
  });
  const auto x = test::here(at::randn({12, 8}));
  EXPECT_TRUE(at::allclose(
      moe.run(x, 2).y_TD,
      feed_forward(x, up[0], down[0], Activation::kSwiglu),
      1e-5,
      1e-6));
}

TEST(layer_routed, shared_experts_see_every_token) {
  const LayerFixture moe(
      {"moe.recipe=deepseek-v3",
       "moe.experts=4",
       "moe.shared_experts=2",
       "moe.hidden=6",
       "model.layers=1"});
  bool found = false;
  moe.layer->tensors([&](const NamedTensor& t) {
    if (t.name == "shared.down") {
      found = true;
      EXPECT_EQ(t.value.size(2), 12);
      EXPECT_EQ(t.role, Role::kRest);
    }
  });
  EXPECT_TRUE(found);
}

TEST(layer_routed, parts_that_need_what_nobody_offers_are_refused) {
  EXPECT_THROW(
      config_of({"moe.recipe=topk", "moe.experts=4", "moe.top_k=5"}), Error);
}

TEST(
    layer_routed,
    a_selector_that_sees_the_future_is_refused_for_causal_models) {
  try {
    (void)config_of({"moe.recipe=expert-choice"});
    FAIL() << "expert-choice was accepted";
  } catch (const ConfigurationError& failure) {
    EXPECT_NE(
        std::string(failure.what()).find("moe.allow_future_leak=true"),
        std::string::npos);
  }
  EXPECT_NO_THROW(
      config_of({"moe.recipe=expert-choice", "moe.allow_future_leak=true"}));
}

}  // namespace
}  // namespace moestro
