// SPDX-License-Identifier: Apache-2.0
// phi_e = (M-1)/M * 1/(S-1) * sum_s (n_se - m_s q_e)^2 / (m_s q_e (1 - q_e)),
// q_e = sum_s n_se / M, M = sum_s m_s; phi-hat is the mean over experts that
// were chosen by some tokens and not by all. With equal lengths this is the
// sample variance between sequences over the binomial one; (M-1)/M makes it
// unbiased given the totals (then n_se is hypergeometric).
#include "moestro/stats/dispersion.h"

#include <limits>
#include <vector>

#include "moestro/base/failure.h"

namespace moestro {
namespace {

struct Counts {
  std::span<const int64_t> demand_SE, tokens_S;
  size_t E;
  double sequences, tokens;  // S and M, empty sequences left out

  [[nodiscard]] double share(size_t e) const {
    int64_t sum = 0;
    for (size_t s = 0; s < tokens_S.size(); ++s) {
      sum += demand_SE[s * E + e];
    }
    return static_cast<double>(sum) / tokens;
  }

  // sum_s (n_se - m_s q)^2 / m_s
  [[nodiscard]] double spread(size_t e, double q) const {
    double sum = 0;
    for (size_t s = 0; s < tokens_S.size(); ++s) {
      if (tokens_S[s] > 0) {
        const auto m = static_cast<double>(tokens_S[s]);
        const double gap = static_cast<double>(demand_SE[s * E + e]) - m * q;
        sum += gap * gap / m;
      }
    }
    return sum;
  }

  [[nodiscard]] double phi(size_t e, double q) const {
    return spread(e, q) / (q * (1 - q)) / (sequences - 1) * (tokens - 1) /
           tokens;
  }
};

constexpr auto kUnknown = std::numeric_limits<double>::quiet_NaN();

Counts counts_of(
    std::span<const int64_t> demand_SE, std::span<const int64_t> tokens_S) {
  const auto S = tokens_S.size();
  const auto E = S > 0 ? demand_SE.size() / S : 0;
  require(
      S > 0 && demand_SE.size() == S * E,
      "[dispersion] one row of counts a sequence");
  Counts counts{demand_SE, tokens_S, E, 0, 0};
  for (const auto m : tokens_S) {
    counts.sequences += m > 0 ? 1 : 0;
    counts.tokens += m > 0 ? static_cast<double>(m) : 0;
  }
  return counts;
}

}  // namespace

double dispersion(
    std::span<const int64_t> demand_SE, std::span<const int64_t> tokens_S) {
  if (tokens_S.empty() || demand_SE.empty()) {
    return kUnknown;
  }
  const auto counts = counts_of(demand_SE, tokens_S);
  if (counts.sequences < 2) {
    return kUnknown;
  }
  double sum = 0, experts = 0;
  for (size_t e = 0; e < counts.E; ++e) {
    const double q = counts.share(e);
    if (q > 0 && q < 1) {
      sum += counts.phi(e, q);
      ++experts;
    }
  }
  return experts > 0 ? sum / experts : kUnknown;
}

double balanced_dispersion(
    std::span<const int64_t> demand_SE,
    std::span<const int64_t> tokens_S,
    int64_t top_k) {
  const auto counts = counts_of(demand_SE, tokens_S);
  require(
      top_k >= 1 && top_k < static_cast<int64_t>(counts.E),
      "[dispersion] 1 <= K < E: with K = E every expert gets every token");
  if (counts.sequences < 2) {
    return kUnknown;
  }
  double sum = 0;
  for (size_t e = 0; e < counts.E; ++e) {
    sum += counts.spread(e, counts.share(e));
  }
  const auto E = static_cast<double>(counts.E);
  const double fair = static_cast<double>(top_k) / E;
  return sum / (counts.sequences - 1) / (fair * (1 - fair)) / E;
}

}  // namespace moestro
