// SPDX-License-Identifier: Apache-2.0
// A mixture-of-experts layer in a program of one's own: build it from a recipe,
// route tokens, look at the loads, let the controller correct them.
#include "moestro/layers/layer.h"

#include <algorithm>
#include <cstdio>

#include <ATen/TensorOperators.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include "moestro/lab/registry.h"
#include "moestro/model/transformer.h"
#include "moestro/train/config.h"
#include "moestro/train/controllers.h"

int main() {
  using namespace moestro;
  const auto registry = moestro::registry();
  const std::vector<std::string> keys = {
      "moe.recipe=deepseek-v3",
      "moe.experts=8",
      "moe.controller.sign-bias.rate=0.01",
      "model.layers=1"};
  const auto config = resolve(parse_overrides(keys), registry);
  const auto layer = make_layer(registry, config.layers[0], {.model_dim = 64});

  std::vector<Knobs> knobs = {initial_knobs(config.layers[0], {})};
  std::vector<Layout> layouts = {uniform_layout(8)};
  Controllers controllers(registry, config.layers, 100);
  for (int step = 1; step <= 100; ++step) {
    const auto x_TD = at::randn({512, 64}) + 0.5;
    const auto tokens = tokens_of(at::zeros({1, 512}, at::kLong), 0);
    const RouteContext ctx{
        .at = {.step = step},
        .tokens = tokens,
        .knobs = knobs[0],
        .layout = layouts[0],
        .bias_E = at::tensor(at::ArrayRef<float>(knobs[0].bias))};
    const auto out = layer->forward(x_TD, ctx);
    const auto demand = out.routings[0].second.pairs.demand_E.contiguous();
    const auto* count = demand.const_data_ptr<int64_t>();
    const std::vector<Totals> totals = {
        {.tokens = 512, .demand = {count, count + 8}}};
    controllers.step(step, totals, layouts, knobs);
    if (step % 33 == 1) {
      const auto worst = *std::max_element(count, count + 8);
      std::printf(
          "step %3d  fullest expert %.2f x the mean\n",
          step,
          static_cast<double>(worst) / 128);
    }
  }
}
