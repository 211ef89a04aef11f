// SPDX-License-Identifier: Apache-2.0
// Successive shortest paths on a graph of experts, not of tokens.
//
// Each token starts with its k best experts at the prices given. Experts above
// their capacity are sources, those below are sinks. An arc a -> b costs the
// least that moving one of a's tokens to b loses; with prices its reduced cost
//   w_ab - p_a + p_b,  w_ab = min { s_ta - s_tb : t at a, not at b },
// is never negative, so Dijkstra finds the cheapest way to move one token copy
// from a source to a sink, and its distances are the next prices. (Ahuja,
// Magnanti, Orlin 1993, ch. 9; E nodes because all sinks are experts.)
//
// Without prices from the caller a coarse auction finds some; then few tokens
// have to move.
//
// Capacity beyond T k is filled by idle copies with score 0 everywhere: they
// keep prices of experts with free room at the minimum, which is shifted to 0.
#include "moestro/plan/exact_assignment.h"

#include <algorithm>
#include <string>

#include "moestro/base/error.h"
#include "moestro/plan/bidding.h"
#include "moestro/plan/holdings.h"
#include "moestro/plan/whole_scores.h"

namespace moestro {
namespace {

class Solver {
 public:
  Solver(const AssignmentProblem& p, std::span<const double> prices_E)
      : p_(p),
        E_(static_cast<size_t>(p.experts)),
        scores_(p),
        prices_E_(scores_.whole(prices_E)),
        held_(p, scores_, prices_E_) {}

  AssignmentPlan solve() {
    while (shortest_path()) {
      move_along_path();
    }
    return proven();
  }

 private:
  bool shortest_path();
  [[nodiscard]] size_t nearest_open() const;
  void relax_from(size_t a);
  [[noreturn]] void fail_infeasible() const;
  void move_along_path();
  [[nodiscard]] AssignmentPlan proven();

  const AssignmentProblem& p_;
  size_t E_;
  WholeScores scores_;
  std::vector<int64_t> prices_E_;
  Holdings held_;
  std::vector<int64_t> distance_E_;
  std::vector<size_t> parent_E_;
  std::vector<char> done_E_;
  size_t sink_ = 0;
};

// From all experts that hold too many to the nearest with room; false when none
// holds too many.
bool Solver::shortest_path() {
  distance_E_.assign(E_, kFar);
  parent_E_.assign(E_, E_);
  done_E_.assign(E_, 0);
  bool any = false;
  for (size_t e = 0; e < E_; ++e) {
    if (held_.spare(e) < 0) {
      distance_E_[e] = 0;
      any = true;
    }
  }
  while (any) {
    const auto next = nearest_open();
    if (next == E_) {
      fail_infeasible();
    }
    if (held_.spare(next) > 0) {
      sink_ = next;
      return true;
    }
    done_E_[next] = 1;
    relax_from(next);
  }
  return false;
}

// E where what is left cannot be reached.
size_t Solver::nearest_open() const {
  size_t next = E_;
  int64_t nearest = kFar;
  for (size_t e = 0; e < E_; ++e) {
    if (done_E_[e] == 0 && distance_E_[e] < nearest) {
      nearest = distance_E_[e];
      next = e;
    }
  }
  return next;
}

void Solver::relax_from(size_t a) {
  const auto* cost_E = held_.costs_from(a);
  const auto start = distance_E_[a] - prices_E_[a];
  for (size_t b = 0; b < E_; ++b) {
    const auto through =
        cost_E[b] >= kFar ? kFar : start + cost_E[b] + prices_E_[b];
    if (through < distance_E_[b]) {
      distance_E_[b] = through;
      parent_E_[b] = a;
    }
  }
}

// What Dijkstra reached has no way out: more copies than places.
void Solver::fail_infeasible() const {
  int64_t copies = 0, places = 0;
  std::string experts;
  for (size_t e = 0; e < E_; ++e) {
    if (distance_E_[e] < kFar) {
      copies += held_.copies(e);
      places += held_.capacity(e);
      experts += (experts.empty() ? "" : ", ") + std::to_string(e);
    }
  }
  fail_data(
      "tokens cannot all be placed: " + std::to_string(copies) +
      " token copies may use only the experts " + experts +
      ", which have capacity " + std::to_string(places) +
      "; raise it or permit more pairs");
}

void Solver::move_along_path() {
  const auto length = distance_E_[sink_];
  for (size_t e = 0; e < E_; ++e) {
    prices_E_[e] -= std::min(distance_E_[e], length) - length;
  }
  for (size_t to = sink_; parent_E_[to] != E_; to = parent_E_[to]) {
    held_.move(parent_E_[to], to);
  }
}

AssignmentPlan Solver::proven() {
  const auto cheapest = std::ranges::min(prices_E_);
  for (auto& price : prices_E_) {
    price -= cheapest;
  }
  require(
      scores_.objective(held_.experts()) == scores_.bound(prices_E_),
      "[exact_assignment] prices prove the objective; this is a defect");
  auto answer = add_up(p_, std::move(held_.experts()));
  answer.bound = answer.objective;
  answer.prices_E = scores_.real(prices_E_);
  return answer;
}

std::vector<double> prices_of_auction(const AssignmentProblem& p) {
  Bidding bidding(p, {});
  bool fine = true;
  for (const double part : {50, 200, 800}) {
    const double epsilon = bidding.range() / part;
    fine = fine && bidding.phase(std::max(epsilon, bidding.least_epsilon()));
  }
  return fine ? bidding.prices() : std::vector<double>{};
}

}  // namespace

AssignmentPlan exact_assignment(
    const AssignmentProblem& p, std::span<const double> prices_E) {
  check_assignment_problem(p);
  if (prices_E.empty() && worth_bidding(p)) {
    return Solver(p, prices_of_auction(p)).solve();
  }
  return Solver(p, prices_E).solve();
}

}  // namespace moestro
