// SPDX-License-Identifier: Apache-2.0
// Rows that the mask leaves out may hold anything in every kind of layer.
#include <limits>

#include "tests/layers/layer_fixture.h"
#include "tests/route/routing_fixture.h"

namespace moestro::test {
namespace {

struct Outcome {
  Tensor y_TD, slope_TD, prob_SE;
  std::vector<Tensor> gradients;
};

Outcome pass(LayerFixture& made, const Tensor& x_TD, const Tokens& tokens) {
  const auto leaf = x_TD.clone().requires_grad_();
  const RouteContext ctx{
      .phase = Phase::kEvaluate,
      .at = {},
      .tokens = tokens,
      .knobs = made.knobs,
      .layout = made.layout};
  const auto out = made.layer->forward(leaf, ctx);
  Outcome o;
  o.y_TD = out.y_TD.index({tokens.valid_T.mask()});
  auto value = o.y_TD.square().sum();
  for (const auto& [name, routing] : out.routings) {
    o.prob_SE = routing.sums.prob_SE.detach();
    value = value + routing.sums.prob_SE.square().sum();
  }
  value.backward();
  o.slope_TD = leaf.grad();
  made.layer->tensors([&](const NamedTensor& t) {
    if (t.value.grad().defined()) {
      o.gradients.push_back(t.value.grad().clone());
      t.value.mutable_grad().reset();
    }
  });
  return o;
}

void expect_same(const Outcome& a, const Outcome& b) {
  EXPECT_TRUE(equal(a.y_TD, b.y_TD));
  EXPECT_TRUE(equal(a.slope_TD, b.slope_TD));
  ASSERT_EQ(a.gradients.size(), b.gradients.size());
  EXPECT_GT(a.gradients.size(), 1U);
  for (size_t i = 0; i < a.gradients.size(); ++i) {
    EXPECT_TRUE(equal(a.gradients[i], b.gradients[i]));
  }
  if (a.prob_SE.defined()) {
    EXPECT_TRUE(equal(a.prob_SE, b.prob_SE));
  }
}

TEST(every_layer, takes_padding_that_holds_anything) {
  for (const auto* variant : variants<Layer>()) {
    SCOPED_TRACE(variant->info.name);
    LayerFixture made(
        {"moe.layer=" + std::string(variant->info.name),
         "moe.shared_experts=1",
         "moe.hidden=6",
         "model.layers=1"});
    auto tokens = tokens_of(here(at::zeros({2, 40}, at::kLong)), 0);
    tokens.valid_T = here(at::arange(80)).remainder(40).lt(36);
    const auto x_TD = numbers(80, LayerFixture::kDim);
    const auto junk = x_TD.masked_fill(
        tokens.valid_T.mask().logical_not().unsqueeze(1),
        std::numeric_limits<double>::quiet_NaN());
    expect_same(pass(made, x_TD, tokens), pass(made, junk, tokens));
  }
}

}  // namespace
}  // namespace moestro::test
