// SPDX-License-Identifier: Apache-2.0
// What taking pairs leaves over (seldom) is finished by augmenting paths:
// breadth-first over experts, an arc a -> b where some token of a may move to
// b.
#include "moestro/plan/greedy_assignment.h"

#include <algorithm>
#include <string>

#include "moestro/base/error.h"
#include "moestro/plan/moves.h"
#include "moestro/plan/stable_pairs.h"

namespace moestro {
namespace {

constexpr int32_t kNone = -1;

// Gives every token that misses a place one.
class Finish {
 public:
  Finish(
      const AssignmentProblem& p,
      std::vector<int32_t> experts_TK,
      std::vector<int64_t> room_E)
      : p_(p),
        E_(static_cast<size_t>(p.experts)),
        experts_TK_(std::move(experts_TK)),
        room_E_(std::move(room_E)),
        moves_(p, experts_TK_) {}

  std::vector<int32_t> solve() {
    const auto K = static_cast<size_t>(p_.top_k);
    for (size_t i = 0; i < experts_TK_.size(); ++i) {
      const auto row = std::span(experts_TK_).subspan(i / K * K, K);
      if (std::ranges::find(row, kNone) != row.end()) {
        place_by_moving_others(i / K);
      }
    }
    return std::move(experts_TK_);
  }

 private:
  void place_by_moving_others(size_t t) {
    std::vector<size_t> from_E(E_, kUnseen), open;
    for (size_t e = 0; e < E_; ++e) {
      if (moves_.may_take(t, e)) {
        from_E[e] = kStart;
        open.push_back(e);
      }
    }
    for (size_t i = 0; i < open.size(); ++i) {
      if (room_E_[open[i]] > 0) {
        shift(open[i], from_E, t);
        return;
      }
      spread(open[i], from_E, open);
    }
    fail_data(
        "token " + std::to_string(t) +
        " cannot be placed: its permitted experts are full and nobody there "
        "may move; raise the capacity or permit more pairs");
  }

  // Whoever is at `from` may open experts not seen yet.
  void spread(
      size_t from,
      std::vector<size_t>& from_E,
      std::vector<size_t>& open) const {
    for (size_t e = 0; e < E_; ++e) {
      if (from_E[e] == kUnseen && moves_.any(from, e)) {
        from_E[e] = from;
        open.push_back(e);
      }
    }
  }

  // What moves later on the way cannot take from an earlier arc its mover.
  void shift(size_t to, const std::vector<size_t>& from_E, size_t newcomer) {
    --room_E_[to];
    for (; from_E[to] != kStart; to = from_E[to]) {
      moves_.move_one(from_E[to], to);
    }
    moves_.join(newcomer, to);
  }

  static constexpr size_t kUnseen = SIZE_MAX, kStart = SIZE_MAX - 1;

  const AssignmentProblem& p_;
  size_t E_;
  std::vector<int32_t> experts_TK_;
  std::vector<int64_t> room_E_;
  Moves moves_;
};

}  // namespace

AssignmentPlan greedy_assignment(const AssignmentProblem& p) {
  check_assignment_problem(p);
  StablePairs pairs(p);
  auto experts_TK = pairs.solve();
  if (std::ranges::find(experts_TK, kNone) != experts_TK.end()) {
    experts_TK = Finish(p, std::move(experts_TK), pairs.room()).solve();
  }
  return finish_assignment(
      p,
      std::move(experts_TK),
      std::vector<double>(static_cast<size_t>(p.experts), 0));
}

}  // namespace moestro
