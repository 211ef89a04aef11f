// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/null.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include "moestro/base/error.h"
#include "moestro/stats/mean.h"

namespace moestro {
namespace {

// Start-up must not wait: fewer for many experts, whose extremes vary less.
int64_t repetitions_for(const RoutingShape& shape) {
  constexpr int64_t kDraws = 1'200'000;
  return std::clamp(kDraws / shape.experts, int64_t{250}, int64_t{4000});
}

double entropy_deficit(std::span<const double> load_E) {
  double sum = 0;
  for (const double u : load_E) {
    sum += u > 0 ? u * std::log(u) : 0;
  }
  const auto E = static_cast<double>(load_E.size());
  return sum / E / std::log(E);  // H = ln E - sum (u / E) ln u
}

int64_t rounded(int64_t tokens) {
  const auto bits =
      static_cast<int>(std::bit_width(static_cast<uint64_t>(tokens)));
  const int dropped = std::max(0, bits - 5);
  return tokens <= 64 ? tokens : tokens >> dropped << dropped;
}

}  // namespace

double unevenness(Unevenness kind, std::span<const double> load_E) {
  require(load_E.size() > 1, "[null] two experts or more");
  if (kind == Unevenness::kEntropyDeficit) {
    return entropy_deficit(load_E);
  }
  const auto [least, most] = std::ranges::minmax(load_E);
  return kind == Unevenness::kMaxVio ? most - 1 : 1 - least;
}

// The last values are few and noisy: beyond them the tail of a maximum falls
// exponentially, at the rate of their mean excess.
double SimulatedLaw::quantile(double p) const {
  constexpr size_t kTail = 40;
  if (sorted.empty()) {
    return 0;
  }
  const auto count = static_cast<double>(sorted.size());
  const double tail = kTail / count;
  if (p <= 1 - tail || sorted.size() < 2 * kTail) {
    return sorted[static_cast<size_t>(std::lround(p * (count - 1)))];
  }
  const auto from = sorted.end() - kTail;
  const double start = *(from - 1);
  const double excess =
      std::accumulate(from, sorted.end(), 0.0) / kTail - start;
  return start + excess * std::log(tail / std::max(1 - p, 1e-12));
}

SimulatedLaw simulate_null(const RoutingShape& shape, Unevenness kind) {
  require(
      shape.experts >= 1 && shape.top_k >= 1 && shape.tokens >= 0,
      "[null] a shape has experts, slots and tokens");
  if (shape.top_k >= shape.experts || shape.tokens == 0) {
    return {};
  }
  const BalancedLoads loads(shape);
  SimulatedLaw law;
  law.sorted.resize(static_cast<size_t>(repetitions_for(shape)));
  for (size_t r = 0; r < law.sorted.size(); ++r) {
    law.sorted[r] = unevenness(kind, loads.draw(r));
  }
  std::ranges::sort(law.sorted);
  law.mean = mean_of(law.sorted);
  return law;
}

NullTable::Scaled NullTable::at(const RoutingShape& shape, Unevenness kind) {
  auto grid = shape;
  grid.tokens = rounded(shape.tokens);
  const std::pair key(grid, kind);
  auto found = known_.find(key);
  if (found == known_.end()) {
    found = known_.emplace(key, simulate_null(grid, kind)).first;
  }
  const double ratio = shape.tokens == 0
                           ? 1
                           : static_cast<double>(grid.tokens) /
                                 static_cast<double>(shape.tokens);
  const bool squared = kind == Unevenness::kEntropyDeficit;
  return {found->second, squared ? ratio : std::sqrt(ratio)};
}

double NullTable::floor(const RoutingShape& shape, Unevenness kind) {
  const auto [law, scale] = at(shape, kind);
  return law.mean * scale;
}

double NullTable::quantile(
    const RoutingShape& shape, double p, Unevenness kind) {
  const auto [law, scale] = at(shape, kind);
  return law.quantile(p) * scale;
}

double balance_statistic(std::span<const int64_t> demand_E, int64_t top_k) {
  const auto E = static_cast<double>(demand_E.size());
  const auto K = static_cast<double>(top_k);
  const auto total =
      std::accumulate(demand_E.begin(), demand_E.end(), int64_t{0});
  if (E <= K || total <= 0) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const double mean = static_cast<double>(total) / E;
  double sum = 0;
  for (const auto n : demand_E) {
    const double gap = static_cast<double>(n) - mean;
    sum += gap * gap;
  }
  return (E - 1) / (E - K) * sum / mean;
}

}  // namespace moestro
