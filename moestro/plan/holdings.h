// SPDX-License-Identifier: Apache-2.0
// Who is where while an assignment is being solved, and what the cheapest move
// between any two experts loses. Not public.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/plan/assignment.h"
#include "moestro/plan/whole_scores.h"

MOESTRO_API_BEGIN
namespace moestro {

// Capacity beyond T k is filled by idle copies with score 0 everywhere.
class Holdings {
 public:
  // Every token at its k best experts at these prices, whatever their capacity;
  // idle copies at the cheapest. DataError: a token with fewer than k
  // permitted experts.
  Holdings(
      const AssignmentProblem&,
      const WholeScores&,
      std::span<const int64_t> prices_E);

  // Room left; below 0, copies too many.
  [[nodiscard]] int64_t spare(size_t e) const {
    return capacity(e) - copies(e) - idle_E_[e];
  }
  [[nodiscard]] int64_t copies(size_t e) const {
    return static_cast<int64_t>(members_E_[e].size());
  }
  [[nodiscard]] int64_t capacity(size_t e) const {
    return std::min(p_.capacity_E[e], p_.tokens);
  }
  // [E]: what the cheapest move from expert a to each loses; kFar where nobody
  // may move.
  [[nodiscard]] const int64_t* costs_from(size_t a) const {
    return &cost_EE_[a * E_];
  }
  // Makes that move.
  void move(size_t from, size_t to);

  [[nodiscard]] std::vector<int32_t>& experts() { return experts_TK_; }

 private:
  void choose_favourites(std::span<const int64_t> prices_E);
  void best_of(
      std::span<const int64_t> values_E, std::vector<int32_t>& order) const;
  void join(int32_t t, size_t e);
  void place_idle(std::span<const int64_t> prices_E);
  void find_arcs();

  void move_idle(size_t from, size_t to);
  void move_token(int32_t t, size_t from, size_t to);
  void offer(int32_t t, size_t a);
  void offer_idle(size_t a);
  void withdraw(int32_t t, size_t a);
  void search_again(size_t a, std::span<const size_t> targets);
  void consider(int32_t t, size_t a, size_t b);

  [[nodiscard]] const int64_t* row(int32_t t) const {
    return scores_.row(static_cast<size_t>(t));
  }
  [[nodiscard]] std::span<int32_t> chosen(int32_t t) {
    return std::span(experts_TK_).subspan(static_cast<size_t>(t) * K_, K_);
  }
  [[nodiscard]] bool holds(int32_t t, size_t e);

  const AssignmentProblem& p_;
  const WholeScores& scores_;
  size_t T_, E_, K_;
  std::vector<int64_t> idle_E_;
  std::vector<int32_t> experts_TK_;
  std::vector<std::vector<int32_t>> members_E_;
  std::vector<int64_t> cost_EE_;
  std::vector<int32_t> mover_EE_;  // the token that attains it
};

}  // namespace moestro
MOESTRO_API_END
