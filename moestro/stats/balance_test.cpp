// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/balance_test.h"

#include <cmath>
#include <limits>
#include <vector>

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

double balanced_dispersion(
    std::span<const int64_t> demand_SE,
    std::span<const int64_t> tokens_S,
    int64_t top_k) {
  const auto E = tokens_S.empty() ? 0 : demand_SE.size() / tokens_S.size();
  require(
      E * tokens_S.size() == demand_SE.size(),
      "[balance] one row of counts a sequence");
  check(static_cast<int64_t>(E), top_k);
  if (E == 0) {  // check() threw; the linter does not see it
    return std::numeric_limits<double>::quiet_NaN();
  }
  std::vector<double> share_E(E);
  double tokens = 0, sequences = 0, sum = 0;
  for (size_t s = 0; s < tokens_S.size(); ++s) {
    tokens += static_cast<double>(tokens_S[s]);
    sequences += tokens_S[s] > 0 ? 1 : 0;
  }
  for (size_t i = 0; i < demand_SE.size(); ++i) {
    share_E[i % E] += static_cast<double>(demand_SE[i]) / tokens;
  }
  for (size_t i = 0; i < demand_SE.size(); ++i) {
    const auto m = static_cast<double>(tokens_S[i / E]);
    const double gap = static_cast<double>(demand_SE[i]) - m * share_E[i % E];
    sum += m > 0 ? gap * gap / m : 0;
  }
  const double fair = static_cast<double>(top_k) / static_cast<double>(E);
  return sequences < 2 ? std::numeric_limits<double>::quiet_NaN()
                       : sum / (sequences - 1) / (fair * (1 - fair)) /
                             static_cast<double>(E);
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
