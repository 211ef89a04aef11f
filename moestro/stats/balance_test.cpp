// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/balance_test.h"

#include <cmath>
#include <limits>

#include "moestro/base/failure.h"
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
  const double corrected = balance_statistic(demand_E, top_k) / phi;
  if (std::isnan(corrected) || phi <= 0) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return chi_square_tail(corrected, static_cast<double>(demand_E.size()) - 1);
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
