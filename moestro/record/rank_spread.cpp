// SPDX-License-Identifier: Apache-2.0
#include "moestro/record/rank_spread.h"

#include <vector>

namespace moestro {
namespace {

// Squared strays from T q, each over T q (1 - q).
double squares(const Counts& counts, const std::vector<double>& q_E) {
  const auto T = static_cast<double>(counts.tokens);
  double sum = 0;
  for (size_t e = 0; e < q_E.size(); ++e) {
    const double variance = T * q_E[e] * (1 - q_E[e]);
    const double stray = static_cast<double>(counts.demand[e]) - T * q_E[e];
    sum += variance > 0 ? stray * stray / variance : 0;
  }
  return sum;
}

std::vector<double> shares_of(const Counts& all) {
  std::vector<double> q_E;
  q_E.reserve(all.demand.size());
  for (const auto n : all.demand) {
    q_E.push_back(static_cast<double>(n) / static_cast<double>(all.tokens));
  }
  return q_E;
}

}  // namespace

std::optional<RankSpread> rank_spread(
    const std::map<int64_t, Counts>& by_rank) {
  Counts all;
  double ranks = 0;
  for (const auto& [rank, counts] : by_rank) {
    all.add(counts);
    ranks += counts.tokens > 0 ? 1 : 0;
  }
  if (ranks < 2) {
    return std::nullopt;
  }
  const auto q_E = shares_of(all);
  RankSpread spread{.dispersion = 0};
  double most = -1;
  for (const auto& [rank, counts] : by_rank) {
    const double own = squares(counts, q_E);
    spread.dispersion += own / (static_cast<double>(q_E.size()) * (ranks - 1));
    if (own > most) {
      most = own;
      spread.furthest = rank;
    }
  }
  return spread;
}

}  // namespace moestro
