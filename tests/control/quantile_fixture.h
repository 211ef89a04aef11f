// SPDX-License-Identifier: Apache-2.0
// Scores of a layer whose later experts are liked better.
#pragma once

#include <algorithm>
#include <cmath>

#include "moestro/base/philox.h"
#include "tests/control/control_fixture.h"

namespace moestro::test {

inline LayerState scored_layer(int64_t tokens, int64_t experts) {
  LayerState layer(
      std::vector<int64_t>(static_cast<size_t>(experts), 0), tokens);
  layer.knobs.k = 2;
  for (int64_t i = 0; i < tokens * experts; ++i) {
    const double u = to_unit(draw({.seed = 3}, static_cast<uint64_t>(i))[0]);
    const double liked =
        static_cast<double>(i % experts) / static_cast<double>(experts);
    layer.totals.scores.push_back(0.6 * u + 0.3 * liked);
  }
  return layer;
}

// Loads of the best k biased scores: largest over the mean, minus 1.
inline double max_violation(const LayerState& layer) {
  const auto E = layer.knobs.bias.size();
  const auto T = layer.totals.scores.size() / E;
  std::vector<double> load(E, 0.0);
  for (size_t t = 0; t < T; ++t) {
    std::vector<std::pair<double, size_t>> order;
    for (size_t e = 0; e < E; ++e) {
      order.emplace_back(
          -layer.totals.scores[t * E + e] - layer.knobs.bias[e], e);
    }
    std::ranges::sort(order);
    for (int64_t k = 0; k < layer.knobs.k; ++k) {
      load[order[static_cast<size_t>(k)].second] += 1;
    }
  }
  return std::ranges::max(load) * static_cast<double>(E) /
             static_cast<double>(T * static_cast<size_t>(layer.knobs.k)) -
         1;
}

// The counts that the pass would have made of the scores.
inline void count_lacks(LayerState& layer) {
  const auto E = layer.knobs.bias.size();
  const auto T = layer.totals.scores.size() / E;
  const auto [low, high] = lacking_range(layer.knobs.bias);
  layer.totals.lacking.assign(E * kLackingBins, 0);
  for (size_t t = 0; t < T; ++t) {
    std::vector<double> biased;
    for (size_t e = 0; e < E; ++e) {
      biased.push_back(layer.totals.scores[t * E + e] + layer.knobs.bias[e]);
    }
    std::ranges::sort(biased, std::greater<>());
    const auto alpha = biased[static_cast<size_t>(layer.knobs.k)];
    for (size_t e = 0; e < E; ++e) {
      const double lack = alpha - layer.totals.scores[t * E + e];
      const auto bin =
          static_cast<size_t>((lack - low) / (high - low) * kLackingBins);
      ++layer.totals.lacking[e * kLackingBins + bin];
    }
  }
}

}  // namespace moestro::test
