// SPDX-License-Identifier: Apache-2.0
// Tests of balance for the scripts that draw the plots.
#include <cstdint>
#include <span>
#include <vector>

#include "moestro/stats/balance_test.h"
#include "moestro/stats/dispersion.h"
#include "moestro/stats/null.h"
#include "moestro/stats/second_order.h"

extern "C" {

// Of one batch, K = 1, counts [S, E] in sequences of `tokens` each: p-value
// that takes tokens for independent, the corrected one, X2 and phi.
void moestro_balance(
    const int64_t* demand_SE,
    int64_t sequences,
    int64_t experts,
    int64_t tokens,
    double* naive_corrected_statistic_phi) {
  const auto S = static_cast<size_t>(sequences);
  const auto E = static_cast<size_t>(experts);
  const std::span counts(demand_SE, S * E);
  std::vector<int64_t> demand_E(E);
  for (size_t i = 0; i < counts.size(); ++i) {
    demand_E[i % E] += counts[i];
  }
  const std::vector<int64_t> tokens_S(S, tokens);
  const auto spread = moestro::sequence_spread(
      moestro::SequenceRows(counts, tokens_S).view(), 1);
  naive_corrected_statistic_phi[0] = moestro::balance_p_value(demand_E, 1, 1);
  naive_corrected_statistic_phi[1] =
      moestro::balance_p_value(demand_E, 1, spread);
  naive_corrected_statistic_phi[2] = moestro::balance_statistic(demand_E, 1);
  naive_corrected_statistic_phi[3] = spread.phi;
}

}  // extern "C"
