// SPDX-License-Identifier: Apache-2.0
#include "moestro/diagnose/starvation.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <vector>

#include "moestro/diagnose/balancing.h"

namespace moestro {
namespace {

constexpr double kCold = 0.25;  // of the mean load
// MaxVio of experts that are in order; healthy layers of a few experts reach
// it.
constexpr double kEven = 0.75;
constexpr double kHalf = 0.5;

Starvation of_loads(const std::vector<double>& load_E) {
  std::vector<double> others;
  std::ranges::copy_if(load_E, std::back_inserter(others), [](double load) {
    return load >= kCold;
  });
  if (others.empty()) {
    return {};
  }
  const auto count = static_cast<double>(others.size());
  const double mean =
      std::accumulate(others.begin(), others.end(), 0.0) / count;
  return {
      .share = 1 - count / static_cast<double>(load_E.size()),
      .others_vio = std::ranges::max(others) / mean - 1};
}

}  // namespace

Starvation starvation_of(const Case& c, int32_t layer) {
  Starvation worst;
  for (const auto& [key, history] : c.layers) {
    if (key.first == layer) {
      worst = std::ranges::max(
          worst, of_loads(history.last_load()), {}, &Starvation::share);
    }
  }
  return worst;
}

bool others_are_even(const Case& c, int32_t layer) {
  const auto [share, others_vio] = starvation_of(c, layer);
  const auto balancing = balancing_of(c.facts, layer);
  return share > 0 && share <= kHalf && others_vio <= kEven && balancing &&
         !balancing->is_missed();
}

}  // namespace moestro
