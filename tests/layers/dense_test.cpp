// SPDX-License-Identifier: Apache-2.0
#include <ATen/ops/randn.h>
#include <gtest/gtest.h>

#include "tests/device/device.h"
#include "tests/layers/layer_fixture.h"

namespace moestro {
namespace {

TEST(layer_dense, hidden_is_what_a_token_would_visit) {
  const LayerFixture dense(
      {"moe.recipe=dense",
       "moe.top_k=2",
       "moe.shared_experts=1",
       "moe.hidden=6",
       "model.layers=1"});
  dense.layer->tensors([](const NamedTensor& t) {
    if (t.name == "dense.down") {
      EXPECT_EQ(t.value.size(2), (2 + 1) * 6);
    }
    EXPECT_EQ(t.role, Role::kRest);
  });
  EXPECT_TRUE(dense.run(test::here(at::randn({4, 8})), 1).routings.empty());
}

TEST(layer_dense, first_dense_blocks_are_dense) {
  const auto config =
      config_of({"moe.recipe=topk", "model.layers=3", "model.first_dense=1"});
  EXPECT_EQ(config.layers[0].moe.layer, "dense");
  EXPECT_EQ(config.layers[1].moe.layer, "routed");
}

}  // namespace
}  // namespace moestro
