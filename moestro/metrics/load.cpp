// SPDX-License-Identifier: Apache-2.0
#include "moestro/metrics/load.h"

#include <algorithm>
#include <numeric>

namespace moestro::metrics {
namespace {

std::vector<double> in_units_of_mean(std::vector<double> values) {
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  if (!(sum > 0)) {
    return {};
  }
  const double mean = sum / static_cast<double>(values.size());
  for (auto& v : values) {
    v /= mean;
  }
  return values;
}

}  // namespace

std::vector<double> loads(const LayerRecord& r) {
  auto counts = in_units_of_mean({r.demand.begin(), r.demand.end()});
  return counts.empty() ? in_units_of_mean(r.mass) : counts;
}

double mean_token_entropy(const LayerRecord& r) {
  return r.tokens > 0 ? r.entropy / static_cast<double>(r.tokens) : kUnknown;
}

size_t experts_of(const LayerRecord& r) {
  return std::max({r.demand.size(), r.prob.size(), r.mass.size()});
}

}  // namespace moestro::metrics
