// SPDX-License-Identifier: Apache-2.0
// Balanced routing is not even: if every token picks K of E experts at random,
// loads still differ. These are the numbers that a healthy router shows.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace moestro {

struct RoutingShape {
  int64_t experts = 1, top_k = 1, tokens = 0;
  auto operator<=>(const RoutingShape&) const = default;
};

// MaxVio = max_e n_e / mean - 1 under balanced routing.
struct MaxVioNull {
  double mean = 0;             // the floor
  std::vector<double> sorted;  // simulated values, ascending
  [[nodiscard]] double quantile(double p) const;
};

// Simulated, a pure function of the shape.
[[nodiscard]] MaxVioNull simulate_max_vio(const RoutingShape&);

// Remembers what was simulated. Token counts above 64 are simulated at five
// significant bits and rescaled by 1/sqrt(tokens), so that batches of varying
// length stay cheap.
class NullTable {
 public:
  [[nodiscard]] double floor(const RoutingShape&);
  [[nodiscard]] double quantile(const RoutingShape&, double p);

 private:
  struct Scaled {
    const MaxVioNull& null;
    double scale;
  };
  [[nodiscard]] Scaled at(const RoutingShape&);

  std::map<RoutingShape, MaxVioNull> known_;
};

// X2_K = (E-1)/(E-K) * sum (n - mean)^2 / mean; chi-square with E-1 degrees of
// freedom when tokens are independent. NaN when E <= K or nobody was asked.
[[nodiscard]] double balance_statistic(
    std::span<const int64_t> demand_E, int64_t top_k);

}  // namespace moestro
