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

  [[nodiscard]] double phi(size_t e, double q) const {
    double sum = 0;
    for (size_t s = 0; s < tokens_S.size(); ++s) {
      if (tokens_S[s] > 0) {
        const auto m = static_cast<double>(tokens_S[s]);
        const double gap = static_cast<double>(demand_SE[s * E + e]) - m * q;
        sum += gap * gap / m;
      }
    }
    return sum / (q * (1 - q)) / (sequences - 1) * (tokens - 1) / tokens;
  }
};

}  // namespace

double dispersion(
    std::span<const int64_t> demand_SE, std::span<const int64_t> tokens_S) {
  constexpr auto kUnknown = std::numeric_limits<double>::quiet_NaN();
  const auto S = tokens_S.size();
  if (S == 0 || demand_SE.empty()) {
    return kUnknown;
  }
  require(
      demand_SE.size() % S == 0, "[dispersion] one row of counts a sequence");
  Counts counts{demand_SE, tokens_S, demand_SE.size() / S, 0, 0};
  for (const auto m : tokens_S) {
    counts.sequences += m > 0 ? 1 : 0;
    counts.tokens += m > 0 ? static_cast<double>(m) : 0;
  }
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

}  // namespace moestro
