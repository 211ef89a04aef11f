// SPDX-License-Identifier: Apache-2.0
#include <ATen/ops/allclose.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/randn.h>
#include <gtest/gtest.h>

#include "tests/device/device.h"
#include "tests/layers/layer_fixture.h"

namespace moestro {
namespace {

const std::vector<std::string> kSmear = {
    "moe.recipe=smear",
    "moe.experts=3",
    "moe.hidden=6",
    "model.layers=1",
    "moe.layer.segment=4"};

TEST(layer_smear, a_later_token_changes_no_earlier_one) {
  const LayerFixture smear(kSmear);
  const auto x = test::here(at::randn({12, 8}));
  auto changed = x.clone();
  changed[9].add_(5);
  const auto before = smear.run(x, 1).y_TD;
  const auto after = smear.run(changed, 1).y_TD;
  EXPECT_TRUE(at::equal(before.narrow(0, 0, 9), after.narrow(0, 0, 9)));
  EXPECT_FALSE(at::equal(before[9], after[9]));
}

TEST(layer_smear, the_first_segment_uses_the_mean_of_all_experts) {
  const LayerFixture smear(kSmear);
  Tensor up, down;
  smear.layer->tensors([&](const NamedTensor& t) {
    if (t.name == "experts.up") {
      up = t.value.mean(0);
    } else if (t.name == "experts.down") {
      down = t.value.mean(0);
    }
  });
  const auto x = test::here(at::randn({8, 8}));
  EXPECT_TRUE(at::allclose(
      smear.run(x, 1).y_TD.narrow(0, 0, 4),
      feed_forward(x.narrow(0, 0, 4), up, down, Activation::kSwiglu),
      1e-4,
      1e-5));
}

TEST(layer_smear, reports_mass_and_no_counts) {
  const LayerFixture smear(kSmear);
  const auto sums =
      smear.run(test::here(at::randn({24, 8})), 2).routings[0].second.sums;
  EXPECT_EQ(sums.demand_SE.sum().item<int64_t>(), 0);
  EXPECT_NEAR(sums.mass_SE.sum().item<double>(), 24, 1e-3);
}

}  // namespace
}  // namespace moestro
