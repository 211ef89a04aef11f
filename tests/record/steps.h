// SPDX-License-Identifier: Apache-2.0
// Made-up step records: a pure function of the step, as in a deterministic run.
#pragma once

#include "moestro/record/step.h"

namespace moestro {

// Three experts.
inline LayerRecord made_up_layer(int32_t layer, int64_t step) {
  const auto real = static_cast<double>(step);
  LayerRecord r{
      .layer = layer,
      .counts =
          {.tokens = 10 + step % 3,
           .demand = {step, 2 * step, layer},
           .kept = {step, step, 0},
           .first = {step, 0, layer}},
      .prob = {0.5 * real, 1 / real, 3},
      .mass = {1, 2, real},
      .sequences = {.sequences = 1 + step % 2, .square = {real, 2 / real, 0}},
      .domain_demand = {step, 0, layer, 0, 2 * step, 0},
      .lse2 = 4 * real,
      .entropy = 1 / real,
      .max_logit = real,
      .min_margin = -real,
      .nonfinite = step % 5,
      .losses = {{"switch", 1 + 1 / real}},
      .extras = {}};
  if (step % 10 == 0) {
    r.grad_norm = {real, 2, 3};
    r.sequences.traces = {real, 1 / real};
    r.extras = {{"row_cosine", real}};
  }
  return r;
}

inline StepRecord made_up_step(int64_t step) {
  return {
      .step = step,
      .skipped = step % 50 == 7,
      .scalars = {{"loss/lm", 5.0 / static_cast<double>(step)}, {"lr", 1e-3}},
      .layers = {made_up_layer(1, step), made_up_layer(12, step)}};
}

}  // namespace moestro
