// SPDX-License-Identifier: Apache-2.0
// Counts per sequence [S, E], reduced to what the tests of balance need of
// them: E + 3 numbers, however many sequences there were.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// Sums over sequences s that have tokens, m_s of them, n_se for expert e.
struct SequenceSums {
  int64_t sequences = 0;
  std::vector<double> square;  // [E] sum of n_se^2 / m_s
  // tr W^2 and tr W^3, W = Z' Z, Z_se = (n_se - m_s q_e) / sqrt m_s with q_e
  // the share of all tokens; what the second order needs. Empty: not worked
  // out.
  std::vector<double> traces;
};

// The sums beside the totals that belong to them.
struct SequenceView {
  int64_t tokens;  // sum of m_s
  std::span<const int64_t> demand_E;
  const SequenceSums& sums;

  [[nodiscard]] size_t experts() const { return demand_E.size(); }
  [[nodiscard]] double sequences() const {
    return static_cast<double>(sums.sequences);
  }
  // q_e
  [[nodiscard]] double share(size_t e) const;
  // sum_s (n_se - m_s q_e)^2 / m_s
  [[nodiscard]] double spread(size_t e) const;
};

// Rows as they come, batch after batch; the same sums for any split.
class SequenceRows {
 public:
  SequenceRows() = default;
  // One whole batch, with traces. ContractError: sizes.
  SequenceRows(
      std::span<const int64_t> demand_SE, std::span<const int64_t> tokens_S);
  void add(
      std::span<const int64_t> demand_SE, std::span<const int64_t> tokens_S);

  // Multiplications that the traces take.
  [[nodiscard]] int64_t trace_work() const;
  // Of what was added so far.
  void work_out_traces();

  [[nodiscard]] const SequenceSums& sums() const { return sums_; }
  [[nodiscard]] SequenceView view() const {
    return {tokens_, demand_E_, sums_};
  }

 private:
  SequenceSums sums_;
  int64_t tokens_ = 0;
  std::vector<int64_t> demand_E_, rows_SE_, tokens_S_;
};

}  // namespace moestro
MOESTRO_API_END
