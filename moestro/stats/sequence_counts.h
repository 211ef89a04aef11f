// SPDX-License-Identifier: Apache-2.0
// Counts of sequences, and how they stray from a share of their tokens. For
// the sources of this folder.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>

#include "moestro/base/api.h"
#include "moestro/base/error.h"

MOESTRO_API_BEGIN
namespace moestro {

class SequenceCounts {
 public:
  // Counts [S, E] and tokens [S]; sequences without tokens are left out.
  // ContractError: sizes.
  SequenceCounts(
      std::span<const int64_t> demand_SE, std::span<const int64_t> tokens_S)
      : demand_SE_(demand_SE), tokens_S_(tokens_S) {
    const auto S = tokens_S.size();
    experts_ = S > 0 ? demand_SE.size() / S : 0;
    require(
        S > 0 && demand_SE.size() == S * experts_,
        "[dispersion] one row of counts a sequence");
    for (const auto m : tokens_S) {
      sequences_ += m > 0 ? 1 : 0;
      tokens_ += m > 0 ? static_cast<double>(m) : 0;
    }
  }

  [[nodiscard]] size_t experts() const { return experts_; }
  [[nodiscard]] double sequences() const { return sequences_; }
  [[nodiscard]] double tokens() const { return tokens_; }

  // Of all tokens.
  [[nodiscard]] double share(size_t e) const {
    int64_t sum = 0;
    for (size_t s = 0; s < tokens_S_.size(); ++s) {
      sum += demand_SE_[s * experts_ + e];
    }
    return static_cast<double>(sum) / tokens_;
  }

  // (n_se - m_s q) / sqrt m_s; 0 for a sequence without tokens.
  [[nodiscard]] double gap(size_t s, size_t e, double q) const {
    const auto m = static_cast<double>(tokens_S_[s]);
    const auto n = static_cast<double>(demand_SE_[s * experts_ + e]);
    return m > 0 ? (n - m * q) / std::sqrt(m) : 0;
  }

  // sum_s (n_se - m_s q)^2 / m_s
  [[nodiscard]] double spread(size_t e, double q) const {
    double sum = 0;
    for (size_t s = 0; s < tokens_S_.size(); ++s) {
      sum += gap(s, e, q) * gap(s, e, q);
    }
    return sum;
  }

 private:
  std::span<const int64_t> demand_SE_, tokens_S_;
  size_t experts_ = 0;
  double sequences_ = 0, tokens_ = 0;
};

}  // namespace moestro
MOESTRO_API_END
