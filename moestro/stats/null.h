// SPDX-License-Identifier: Apache-2.0
// Balanced routing is not even: if every token picks K of E experts at random,
// loads still differ. These are the numbers that a healthy router shows.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/stats/balanced_loads.h"

MOESTRO_API_BEGIN
namespace moestro {

// Of loads u in units of their mean: max u - 1; 1 - min u; 1 - H(u / E) / ln E,
// by how much the entropy falls short of an even load's. All 0 when even.
enum class Unevenness : uint8_t { kMaxVio, kMinVio, kEntropyDeficit };

[[nodiscard]] double unevenness(Unevenness, std::span<const double> load_E);

struct SimulatedLaw {
  double mean = 0;             // the floor
  std::vector<double> sorted;  // simulated values, ascending
  // p in [0, 1]. Beyond the last 40 values the tail is taken for exponential.
  [[nodiscard]] double quantile(double p) const;
};

// The law under balanced routing; a pure function of its arguments. All 0 for
// K >= E or without tokens.
[[nodiscard]] SimulatedLaw simulate_null(
    const RoutingShape&, Unevenness = Unevenness::kMaxVio);

// Remembers what was simulated. Token counts above 64 are simulated at five
// significant bits and rescaled by 1/sqrt(tokens), the entropy deficit by
// 1/tokens, so that batches of varying length stay cheap.
class NullTable {
 public:
  [[nodiscard]] double floor(
      const RoutingShape&, Unevenness = Unevenness::kMaxVio);
  [[nodiscard]] double quantile(
      const RoutingShape&, double p, Unevenness = Unevenness::kMaxVio);

 private:
  struct Scaled {
    const SimulatedLaw& law;
    double scale;
  };
  [[nodiscard]] Scaled at(const RoutingShape&, Unevenness);

  std::map<std::pair<RoutingShape, Unevenness>, SimulatedLaw> known_;
};

// X2_K = (E-1)/(E-K) * sum (n - mean)^2 / mean; chi-square with E-1 degrees of
// freedom when tokens are independent. NaN when E <= K or nobody was asked.
[[nodiscard]] double balance_statistic(
    std::span<const int64_t> demand_E, int64_t top_k);

}  // namespace moestro
MOESTRO_API_END
