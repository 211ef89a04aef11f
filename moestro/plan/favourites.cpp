// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/favourites.h"

#include <algorithm>
#include <cmath>

namespace moestro {

Favourites::Favourites(const AssignmentProblem& p)
    : p_(p),
      rows_T_(
          static_cast<size_t>(p.tokens),
          Row{.part = static_cast<size_t>(p.top_k)}) {}

int32_t Favourites::next(size_t token, std::span<const int64_t> room_E) {
  auto& row = rows_T_[token];
  while (true) {
    while (row.at < row.sorted.size()) {
      row.last = row.sorted[row.at++];
      if (room_E[static_cast<size_t>(row.last)] > 0) {
        return row.last;
      }
    }
    if (row.complete) {
      return -1;
    }
    sort_more(token, room_E);
  }
}

void Favourites::sort_more(size_t token, std::span<const int64_t> room_E) {
  const auto E = static_cast<size_t>(p_.experts);
  const auto scores_E = p_.scores_TE.subspan(token * E, E);
  const auto before = [&](int32_t a, int32_t b) {
    const double sa = scores_E[static_cast<size_t>(a)];
    const double sb = scores_E[static_cast<size_t>(b)];
    return sa != sb ? sa > sb : a < b;
  };
  auto& row = rows_T_[token];
  left_.clear();
  for (size_t e = 0; e < E; ++e) {
    const auto expert = static_cast<int32_t>(e);
    if (room_E[e] > 0 && !std::isinf(scores_E[e]) &&
        (row.last < 0 || before(row.last, expert))) {
      left_.push_back(expert);
    }
  }
  looks_ += p_.experts;
  const auto part = std::min(row.part, left_.size());
  const auto end = left_.begin() + static_cast<ptrdiff_t>(part);
  std::ranges::partial_sort(left_, end, before);
  row.sorted.assign(left_.begin(), end);
  row.at = 0;
  row.complete = part == left_.size();
  row.part *= 4;
}

}  // namespace moestro
