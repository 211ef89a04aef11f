// SPDX-License-Identifier: Apache-2.0
// phi_e = (M-1)/M * 1/(S-1) * sum_s (n_se - m_s q_e)^2 / (m_s q_e (1 - q_e)),
// q_e = sum_s n_se / M, M = sum_s m_s; phi-hat is the mean over experts that
// were chosen by some tokens and not by all. With equal lengths this is the
// sample variance between sequences over the binomial one; (M-1)/M makes it
// unbiased given the totals (then n_se is hypergeometric).
#include "moestro/stats/dispersion.h"

#include <cmath>
#include <limits>

#include "moestro/base/error.h"

namespace moestro {
namespace {

constexpr auto kUnknown = std::numeric_limits<double>::quiet_NaN();

double phi_of(const SequenceView& counts, size_t e) {
  const double q = counts.share(e);
  if (q <= 0 || q >= 1) {
    return kUnknown;
  }
  const auto tokens = static_cast<double>(counts.tokens);
  return counts.spread(e) / (q * (1 - q)) / (counts.sequences() - 1) *
         (tokens - 1) / tokens;
}

}  // namespace

double effective_tokens(double tokens, double phi) {
  return phi > 1 ? tokens / phi : tokens;
}

std::vector<double> expert_dispersions(const SequenceView& counts) {
  std::vector<double> phi_E(counts.experts(), kUnknown);
  for (size_t e = 0; e < phi_E.size() && counts.sequences() > 1; ++e) {
    phi_E[e] = phi_of(counts, e);
  }
  return phi_E;
}

double dispersion(const SequenceView& counts) {
  double sum = 0, experts = 0;
  for (const double phi : expert_dispersions(counts)) {
    sum += std::isnan(phi) ? 0 : phi;
    experts += std::isnan(phi) ? 0 : 1;
  }
  return experts > 0 ? sum / experts : kUnknown;
}

double balanced_dispersion(const SequenceView& counts, int64_t top_k) {
  require(
      top_k >= 1 && top_k < static_cast<int64_t>(counts.experts()),
      "[dispersion] 1 <= K < E: with K = E every expert gets every token");
  if (counts.sequences() < 2) {
    return kUnknown;
  }
  double sum = 0;
  for (size_t e = 0; e < counts.experts(); ++e) {
    sum += counts.spread(e);
  }
  const auto E = static_cast<double>(counts.experts());
  const double fair = static_cast<double>(top_k) / E;
  return sum / (counts.sequences() - 1) / (fair * (1 - fair)) / E;
}

std::vector<double> shrunken(std::vector<double> phi_E, int64_t sequences) {
  require(sequences >= 2, "[dispersion] two sequences or more");
  double count = 0, sum = 0, squares = 0;
  for (const double phi : phi_E) {
    count += std::isnan(phi) ? 0 : 1;
    sum += std::isnan(phi) ? 0 : phi;
    squares += std::isnan(phi) ? 0 : phi * phi;
  }
  if (count < 2) {
    return phi_E;
  }
  const double mean = sum / count;
  const double seen = (squares - sum * mean) / (count - 1);
  const double noise = 2 * mean * mean / static_cast<double>(sequences - 1);
  const double kept = seen > noise ? 1 - noise / seen : 0;
  for (auto& phi : phi_E) {
    phi = mean + kept * (phi - mean);
  }
  return phi_E;
}

}  // namespace moestro
