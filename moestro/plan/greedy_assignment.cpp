// SPDX-License-Identifier: Apache-2.0
// Sort all T E pairs, take what fits. What is left over (seldom) is finished by
// augmenting paths: breadth-first over experts, an arc a -> b where some token
// of a may move to b.
#include "moestro/plan/greedy_assignment.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <queue>
#include <string>

#include "moestro/base/error.h"

namespace moestro {
namespace {

constexpr int32_t kNone = -1;

class Greedy {
 public:
  explicit Greedy(const AssignmentProblem& p)
      : p_(p),
        E_(static_cast<size_t>(p.experts)),
        K_(static_cast<size_t>(p.top_k)),
        experts_TK_(static_cast<size_t>(p.tokens) * K_, kNone),
        taken_T_(static_cast<size_t>(p.tokens)),
        room_E_(p.capacity_E.begin(), p.capacity_E.end()) {}

  std::vector<int32_t> solve() {
    take_by_score();
    for (size_t t = 0; t < taken_T_.size(); ++t) {
      while (taken_T_[t] < K_) {
        place_by_moving_others(t);
      }
    }
    return std::move(experts_TK_);
  }

 private:
  struct Step {
    size_t from = 0;        // expert before
    int32_t token = kNone;  // who moves from there
    bool seen = false;
  };

  void take_by_score() {
    std::vector<int64_t> order(p_.scores_TE.size());
    std::iota(order.begin(), order.end(), 0);
    const auto score = [&](int64_t i) {
      return p_.scores_TE[static_cast<size_t>(i)];
    };
    std::erase_if(order, [&](int64_t i) { return std::isinf(score(i)); });
    std::ranges::stable_sort(order, std::greater<>(), score);
    for (const auto i : order) {
      const auto t = static_cast<size_t>(i) / E_;
      const auto e = static_cast<size_t>(i) % E_;
      if (taken_T_[t] < K_ && room_E_[e] > 0) {
        take(t, e);
      }
    }
  }

  void take(size_t t, size_t e) {
    experts_TK_[t * K_ + taken_T_[t]++] = static_cast<int32_t>(e);
    --room_E_[e];
  }

  [[nodiscard]] bool may_take(size_t t, size_t e) const {
    const auto chosen = std::span(experts_TK_).subspan(t * K_, K_);
    return !std::isinf(p_.scores_TE[t * E_ + e]) &&
           std::ranges::count(chosen, static_cast<int32_t>(e)) == 0;
  }

  void place_by_moving_others(size_t t) {
    std::vector<Step> steps_E(E_);
    std::queue<size_t> open;
    for (size_t e = 0; e < E_; ++e) {
      if (may_take(t, e)) {
        steps_E[e].seen = true;
        open.push(e);
      }
    }
    while (!open.empty() && room_E_[open.front()] == 0) {
      spread(open.front(), steps_E, open);
      open.pop();
    }
    if (open.empty()) {
      fail_data(
          "token " + std::to_string(t) +
          " cannot be placed: its permitted experts are full and nobody there "
          "may move; raise the capacity or permit more pairs");
    }
    shift(open.front(), steps_E, t);
  }

  // Whoever is at `from` may open experts not seen yet.
  void spread(
      size_t from, std::vector<Step>& steps_E, std::queue<size_t>& open) const {
    for (size_t i = 0; i < experts_TK_.size() * E_; ++i) {
      const auto t = i / E_ / K_, e = i % E_;
      if (experts_TK_[i / E_] == static_cast<int32_t>(from) &&
          !steps_E[e].seen && may_take(t, e)) {
        steps_E[e] = {from, static_cast<int32_t>(t), true};
        open.push(e);
      }
    }
  }

  void shift(size_t to, const std::vector<Step>& steps_E, size_t newcomer) {
    --room_E_[to];
    while (steps_E[to].token != kNone) {
      const auto [from, token, seen] = steps_E[to];
      const auto chosen =
          std::span(experts_TK_).subspan(static_cast<size_t>(token) * K_, K_);
      *std::ranges::find(chosen, static_cast<int32_t>(from)) =
          static_cast<int32_t>(to);
      to = from;
    }
    experts_TK_[newcomer * K_ + taken_T_[newcomer]++] =
        static_cast<int32_t>(to);
  }

  const AssignmentProblem& p_;
  size_t E_, K_;
  std::vector<int32_t> experts_TK_;
  std::vector<size_t> taken_T_;
  std::vector<int64_t> room_E_;
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
