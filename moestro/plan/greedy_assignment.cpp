// SPDX-License-Identifier: Apache-2.0
// The best pair of each token waits in a heap; the best of all is taken, or
// gives way to the token's next where the expert has become full. That takes
// the pairs in the order in which sorting all T E would. What is left over
// (seldom) is finished by augmenting paths: breadth-first over experts, an arc
// a -> b where some token of a may move to b.
#include "moestro/plan/greedy_assignment.h"

#include <algorithm>
#include <optional>
#include <queue>
#include <string>

#include "moestro/base/error.h"
#include "moestro/plan/favourites.h"
#include "moestro/plan/moves.h"

namespace moestro {
namespace {

constexpr int32_t kNone = -1;

struct Pair {
  double score;
  size_t token, expert;
  // The best is the largest; ties: the lower token.
  bool operator<(const Pair& other) const {
    return score != other.score ? score < other.score : token > other.token;
  }
};

class Greedy {
 public:
  explicit Greedy(const AssignmentProblem& p)
      : p_(p),
        E_(static_cast<size_t>(p.experts)),
        K_(static_cast<size_t>(p.top_k)),
        experts_TK_(static_cast<size_t>(p.tokens) * K_, kNone),
        taken_T_(static_cast<size_t>(p.tokens)),
        room_E_(p.capacity_E.begin(), p.capacity_E.end()),
        favourites_(p) {}

  std::vector<int32_t> solve() {
    take_by_score();
    for (size_t t = 0; t < taken_T_.size(); ++t) {
      for (; taken_T_[t] < K_; ++taken_T_[t]) {
        place_by_moving_others(t);
      }
    }
    return std::move(experts_TK_);
  }

 private:
  void take_by_score() {
    for (size_t t = 0; t < taken_T_.size(); ++t) {
      offer_next(t);
    }
    while (!best_.empty()) {
      const auto [score, t, e] = best_.top();
      best_.pop();
      if (room_E_[e] > 0) {
        experts_TK_[t * K_ + taken_T_[t]++] = static_cast<int32_t>(e);
        --room_E_[e];
      }
      if (taken_T_[t] < K_) {
        offer_next(t);
      }
    }
  }

  void offer_next(size_t t) {
    const auto expert = favourites_.next(t, room_E_);
    if (expert != kNone) {
      const auto e = static_cast<size_t>(expert);
      best_.push({p_.scores_TE[t * E_ + e], t, e});
    }
  }

  void place_by_moving_others(size_t t) {
    if (!moves_) {
      moves_.emplace(p_, experts_TK_);
    }
    std::vector<size_t> from_E(E_, kUnseen), open;
    for (size_t e = 0; e < E_; ++e) {
      if (moves_->may_take(t, e)) {
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
      if (from_E[e] == kUnseen && moves_->any(from, e)) {
        from_E[e] = from;
        open.push_back(e);
      }
    }
  }

  // What moves later on the way cannot take from an earlier arc its mover.
  void shift(size_t to, const std::vector<size_t>& from_E, size_t newcomer) {
    --room_E_[to];
    for (; from_E[to] != kStart; to = from_E[to]) {
      moves_->move_one(from_E[to], to);
    }
    moves_->join(newcomer, to);
  }

  static constexpr size_t kUnseen = SIZE_MAX, kStart = SIZE_MAX - 1;

  const AssignmentProblem& p_;
  size_t E_, K_;
  std::vector<int32_t> experts_TK_;
  std::vector<size_t> taken_T_;
  std::vector<int64_t> room_E_;
  Favourites favourites_;
  std::priority_queue<Pair> best_;
  std::optional<Moves> moves_;  // made when somebody must move
};

}  // namespace

AssignmentPlan greedy_assignment(const AssignmentProblem& p) {
  check_assignment_problem(p);
  return finish_assignment(
      p,
      Greedy(p).solve(),
      std::vector<double>(static_cast<size_t>(p.experts), 0));
}

}  // namespace moestro
