// SPDX-License-Identifier: Apache-2.0
#include "moestro/metrics/residuals.h"

#include "moestro/metrics/load.h"

namespace moestro::metrics {

std::vector<std::vector<double>> residuals(
    std::span<const LayerRecord> records) {
  std::vector<std::vector<double>> x_SE;
  for (const auto& r : records) {
    auto load_E = loads(r);
    if (!load_E.empty() && (x_SE.empty() || load_E.size() == x_SE[0].size())) {
      x_SE.push_back(std::move(load_E));
    }
  }
  const auto E = x_SE.empty() ? 0 : x_SE[0].size();
  for (size_t e = 0; e < E; ++e) {
    double mean = 0;
    for (const auto& x_E : x_SE) {
      mean += x_E[e] / static_cast<double>(x_SE.size());
    }
    for (auto& x_E : x_SE) {
      x_E[e] -= mean;
    }
  }
  return x_SE;
}

}  // namespace moestro::metrics
