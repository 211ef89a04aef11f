// SPDX-License-Identifier: Apache-2.0
// A layer out of a recipe, and a context to run it in.
#pragma once

#include <string>
#include <vector>

#include "moestro/base/error.h"
#include "moestro/lab/registry.h"
#include "moestro/layers/layer.h"
#include "moestro/model/transformer.h"
#include "moestro/ops/feed_forward.h"
#include "moestro/train/config.h"
#include "tests/device/device.h"

namespace moestro {

inline Config config_of(const std::vector<std::string>& overrides) {
  return resolve(parse_overrides(overrides), registry());
}

struct LayerFixture {
  explicit LayerFixture(const std::vector<std::string>& overrides)
      : all(registry()), config(config_of(overrides)) {
    layer = test::here(make_layer(
        all, config.layers[0], {.model_dim = kDim, .num_layers = 1}));
    knobs = initial_knobs(config.layers[0], {});
    layout = uniform_layout(config.layers[0].moe.experts);
  }

  // x [S * L, D] as S sequences.
  [[nodiscard]] LayerOutput run(const Tensor& x_TD, int64_t sequences) const {
    const auto tokens = tokens_of(
        test::here(at::zeros({sequences, x_TD.size(0) / sequences}, at::kLong)),
        0);
    const RouteContext ctx{
        .phase = Phase::kEvaluate,
        .at = {},
        .tokens = tokens,
        .knobs = knobs,
        .layout = layout};
    return layer->forward(x_TD, ctx);
  }

  static constexpr int64_t kDim = 8;
  Registry all;
  Config config;
  std::unique_ptr<Layer> layer;
  Knobs knobs;
  Layout layout;
};

}  // namespace moestro
