// SPDX-License-Identifier: Apache-2.0
// Batches whose sequences prefer some experts, balanced in expectation; K = 1.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

namespace moestro {

struct ClusteredShape {
  size_t experts = 64, sequences = 32;
  int64_t tokens = 512;  // a sequence
};

struct ClusteredBatch {
  std::vector<int64_t> demand_SE, tokens_S, demand_E;
};

// Multinomial, expert by expert.
inline void add_sequence(
    const std::vector<double>& weight_E,
    int64_t tokens,
    std::mt19937_64& random,
    ClusteredBatch& batch) {
  batch.tokens_S.push_back(tokens);
  batch.demand_E.resize(weight_E.size());
  double left = 0;
  for (const double w : weight_E) {
    left += w;
  }
  for (size_t e = 0; e < weight_E.size(); ++e) {
    const double p = std::clamp(weight_E[e] / left, 0.0, 1.0);
    const auto n = e + 1 == weight_E.size()
                       ? tokens
                       : std::binomial_distribution<int64_t>(tokens, p)(random);
    batch.demand_SE.push_back(n);
    batch.demand_E[e] += n;
    tokens -= n;
    left -= weight_E[e];
  }
}

// Preferences from Dirichlet(a).
inline ClusteredBatch dirichlet_batch(
    const ClusteredShape& shape, double a, std::mt19937_64& random) {
  std::gamma_distribution<double> gamma(a, 1);
  ClusteredBatch batch;
  std::vector<double> weight_E(shape.experts);
  for (size_t s = 0; s < shape.sequences; ++s) {
    for (auto& w : weight_E) {
      w = gamma(random) + 1e-300;
    }
    add_sequence(weight_E, shape.tokens, random, batch);
  }
  return batch;
}

// Each sequence prefers one of experts 0 and 1, then one of 2 and 3, ...: the
// first `pairs` pairs by a factor (1 + lean) / (1 - lean), the others not.
inline ClusteredBatch leaning_batch(
    const ClusteredShape& shape,
    size_t pairs,
    double lean,
    std::mt19937_64& random) {
  std::bernoulli_distribution coin;
  ClusteredBatch batch;
  std::vector<double> weight_E(shape.experts, 1);
  for (size_t s = 0; s < shape.sequences; ++s) {
    for (size_t pair = 0; pair < pairs; ++pair) {
      const double towards = coin(random) ? lean : -lean;
      weight_E[2 * pair] = 1 + towards;
      weight_E[2 * pair + 1] = 1 - towards;
    }
    add_sequence(weight_E, shape.tokens, random, batch);
  }
  return batch;
}

}  // namespace moestro
