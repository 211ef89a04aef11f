// SPDX-License-Identifier: Apache-2.0
// An assignment problem in whole numbers, whose sums prove without rounding.
// Not public.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/plan/assignment.h"

MOESTRO_API_BEGIN
namespace moestro {

inline constexpr int64_t kFar = std::numeric_limits<int64_t>::max() / 4;
inline constexpr int64_t kForbidden = -kFar;  // the score of such a pair

class WholeScores {
 public:
  // Takes a checked problem; the largest score gets 40 bits, or fewer where
  // sums would overflow.
  explicit WholeScores(const AssignmentProblem&);

  [[nodiscard]] const int64_t* row(size_t token) const {
    return &scores_TE_[token * E_];
  }
  // Prices [E] to whole numbers and back; none are zeros.
  [[nodiscard]] std::vector<int64_t> whole(
      std::span<const double> prices_E) const;
  [[nodiscard]] std::vector<double> real(
      std::span<const int64_t> prices_E) const;

  // row - prices, into values_E.
  void values(
      size_t token,
      std::span<const int64_t> prices_E,
      std::span<int64_t> values_E) const;

  [[nodiscard]] int64_t objective(std::span<const int32_t> experts_TK) const;
  // As price_bound.
  [[nodiscard]] int64_t bound(std::span<const int64_t> prices_E) const;

 private:
  const AssignmentProblem& p_;
  size_t T_, E_, K_;
  double scale_ = 1, rest_ = 1;  // their product can exceed 2^1023
  std::vector<int64_t> scores_TE_;
};

}  // namespace moestro
MOESTRO_API_END
