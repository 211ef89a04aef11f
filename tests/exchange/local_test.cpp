// SPDX-License-Identifier: Apache-2.0
#include <ATen/ops/equal.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <gtest/gtest.h>

#include "moestro/base/registry.h"
#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"
#include "tests/device/device.h"

namespace moestro {
namespace {

TEST(exchange_local, equals_the_experts_alone) {
  Registry registry;
  registry.add_all<Experts>();
  registry.add_all<Exchange>();
  const PartSite site{.model_dim = 4, .hidden_dim = 3, .num_experts = 3};
  const auto bank =
      test::here(registry.at<Experts>("feed-forward").make({}, site));
  const auto local = registry.at<Exchange>("local").make({}, site);
  Routing routing;
  routing.pairs = assign(
      test::here(at::tensor({0, 2, 1, 1, 2}, at::kLong)).view({5, 1}), 3);
  routing.weight_N = test::here(at::rand({5}));
  const Tokens tokens;
  const Knobs knobs;
  const auto layout = uniform_layout(3);
  const RouteContext ctx{.tokens = tokens, .knobs = knobs, .layout = layout};
  const auto x = test::here(at::randn({5, 4}));
  EXPECT_TRUE(at::equal(
      local->run(x, routing, *bank, ctx),
      bank->forward(x, routing.pairs, routing.weight_N)));
}

}  // namespace
}  // namespace moestro
