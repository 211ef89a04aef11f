// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/balance_test.h"

#include <cmath>
#include <limits>
#include <numeric>

#include "moestro/base/error.h"
#include "moestro/stats/distribution.h"
#include "moestro/stats/null.h"

namespace moestro {
namespace {

void check(int64_t experts, int64_t top_k) {
  require(
      top_k >= 1 && top_k < experts,
      "[balance] 1 <= K < E: with K = E every expert gets every token");
}

}  // namespace

BalanceMoments balance_moments(int64_t experts, int64_t top_k) {
  check(experts, top_k);
  const auto spread = static_cast<double>(experts - top_k);
  return {spread, 2 * spread * spread / static_cast<double>(experts - 1)};
}

double balance_p_value(
    std::span<const int64_t> demand_E, int64_t top_k, double phi) {
  return imbalance_p_value(demand_E, top_k, phi, 0);
}

double imbalance_p_value(
    std::span<const int64_t> demand_E,
    int64_t top_k,
    double phi,
    double tolerated) {
  require(tolerated >= 0, "[balance] a tolerated variation is not negative");
  const double corrected = balance_statistic(demand_E, top_k) / phi;
  if (std::isnan(corrected) || phi <= 0) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const auto E = static_cast<double>(demand_E.size());
  const auto hits =
      std::accumulate(demand_E.begin(), demand_E.end(), int64_t{0});
  const double scale = (E - 1) / (E - static_cast<double>(top_k)) / phi;
  return noncentral_chi_square_tail(
      corrected,
      E - 1,
      static_cast<double>(hits) * tolerated * tolerated * scale);
}

double max_vio_hint(int64_t experts, int64_t top_k, int64_t tokens) {
  check(experts, top_k);
  require(tokens > 0, "[balance] there are tokens");
  const auto E = static_cast<double>(experts);
  const double q = static_cast<double>(top_k) / E;
  return std::sqrt(
      2 * std::log(E) * (1 - q) / (q * static_cast<double>(tokens)));
}

}  // namespace moestro
