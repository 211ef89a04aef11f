// SPDX-License-Identifier: Apache-2.0
// Whoever owns a trained tensor makes it require a gradient, so that any loop
// can train it.
#include "tests/layers/layer_fixture.h"
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

void expect_gradients(Part& part, std::string_view name) {
  part.tensors([&](const NamedTensor& t) {
    EXPECT_EQ(t.value.requires_grad(), t.trained) << name << " " << t.name;
    EXPECT_TRUE(t.value.is_leaf()) << name << " " << t.name;
  });
}

template <class Kind>
void expect_gradients_of_all() {
  const PartSite site = {
      .model_dim = 6, .hidden_dim = 4, .num_experts = 4, .top_k = 2};
  for (const auto* variant : variants<Kind>()) {
    expect_gradients(*variant->make({}, site), variant->info.name);
  }
}

TEST(every_part, makes_its_trained_tensors_require_a_gradient) {
  expect_gradients_of_all<Gate>();
  expect_gradients_of_all<Perturb>();
  expect_gradients_of_all<Score>();
  expect_gradients_of_all<Select>();
  expect_gradients_of_all<Admit>();
  expect_gradients_of_all<Weigh>();
  expect_gradients_of_all<Exchange>();
  expect_gradients_of_all<Experts>();
  expect_gradients_of_all<Loss>();
}

TEST(every_layer, makes_its_trained_tensors_require_a_gradient) {
  for (const auto* variant : variants<Layer>()) {
    const LayerFixture made(
        {"moe.layer=" + std::string(variant->info.name),
         "moe.shared_experts=1",
         "model.layers=1"});
    expect_gradients(*made.layer, variant->info.name);
  }
}

}  // namespace
}  // namespace moestro::test
