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
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "moestro/base/failure.h"
#include "moestro/plan/bidding.h"
#include "moestro/plan/top_sum.h"

namespace moestro {
namespace {

constexpr int64_t kFar = std::numeric_limits<int64_t>::max() / 4;
constexpr int32_t kIdle = -1, kNobody = -2;

// Scores as integers. Forbidden pairs are below kForbidden.
constexpr int64_t kForbidden = -kFar;
constexpr int kMostShift = 1000;

// To the nearest whole number, |x| < 2^51: there the last bit of x + 1.5 2^52
// is worth 1. Unlike std::llround it is not a call.
int64_t rounded(double x) {
  constexpr double kShift = 0x1.8p52;
  return std::bit_cast<int64_t>(x + kShift) - std::bit_cast<int64_t>(kShift);
}

class Solver {
 public:
  Solver(const AssignmentProblem& p, std::span<const double> prices_E)
      : p_(p),
        T_(static_cast<size_t>(p.tokens)),
        E_(static_cast<size_t>(p.experts)),
        K_(static_cast<size_t>(p.top_k)) {
    take_scores();
    take_prices(prices_E);
    choose_favourites();
    place_idle();
    find_arcs();
  }

  Assignment solve() {
    while (shortest_path()) {
      move_along_path();
    }
    return proven();
  }

 private:
  void take_scores();
  void take_prices(std::span<const double> prices_E);
  void choose_favourites();
  void best_of(
      std::span<const int64_t> values_E, std::vector<int32_t>& order) const;
  void place_idle();
  void find_arcs();

  bool shortest_path();
  void relax_from(size_t a);
  [[noreturn]] void fail_infeasible() const;
  void move_along_path();
  void move(int32_t t, size_t from, size_t to);

  void offer(int32_t t, size_t a);
  void offer_idle(size_t a);
  void withdraw(int32_t t, size_t a);
  void search_again(size_t a, std::span<const size_t> targets);
  void consider(int32_t t, size_t a, size_t b);
  void join(int32_t t, size_t e);
  [[nodiscard]] size_t nearest_open() const;

  [[nodiscard]] Assignment proven();
  [[nodiscard]] int64_t objective() const;
  [[nodiscard]] int64_t bound() const;

  [[nodiscard]] const int64_t* row(int32_t t) const {
    return &scores_TE_[static_cast<size_t>(t) * E_];
  }
  [[nodiscard]] std::span<int32_t> chosen(size_t t) {
    return std::span(experts_TK_).subspan(t * K_, K_);
  }
  [[nodiscard]] bool holds(int32_t t, size_t e) {
    return K_ > 1 &&
           std::ranges::count(
               chosen(static_cast<size_t>(t)), static_cast<int32_t>(e)) > 0;
  }
  [[nodiscard]] int64_t spare(size_t e) const {
    return capacity(e) - static_cast<int64_t>(members_E_[e].size()) -
           idle_E_[e];
  }
  [[nodiscard]] int64_t capacity(size_t e) const {
    return std::min(p_.capacity_E[e], p_.tokens);
  }

  const AssignmentProblem& p_;
  size_t T_, E_, K_;
  double scale_ = 1, rest_ = 1;  // their product can exceed 2^1023
  std::vector<int64_t> scores_TE_, prices_E_, idle_E_;
  std::vector<int32_t> experts_TK_;
  std::vector<std::vector<int32_t>> members_E_;
  std::vector<int64_t> cost_EE_;   // w_ab
  std::vector<int32_t> mover_EE_;  // the token that attains it
  std::vector<int64_t> distance_E_;
  std::vector<size_t> parent_E_;
  std::vector<char> done_E_;
  size_t sink_ = 0;
};

void Solver::take_scores() {
  double most = 0;
  for (const double s : p_.scores_TE) {
    most = std::isfinite(s) ? std::max(most, std::abs(s)) : most;
  }
  const auto copies =
      static_cast<int>(std::bit_width(static_cast<uint64_t>(T_ * K_ + E_)));
  const int bits = std::min(40, 59 - copies);
  const int shift = most > 0 ? bits - std::ilogb(most) - 1 : 0;
  scale_ = std::ldexp(1.0, std::min(shift, kMostShift));
  rest_ = std::ldexp(1.0, std::max(shift - kMostShift, 0));
  scores_TE_.resize(T_ * E_);
  std::ranges::transform(p_.scores_TE, scores_TE_.begin(), [&](double s) {
    return std::isinf(s) ? kForbidden : rounded(s * scale_ * rest_);
  });
}

void Solver::take_prices(std::span<const double> prices_E) {
  prices_E_.assign(E_, 0);
  require(
      prices_E.empty() || prices_E.size() == E_,
      "[exact_assignment] one price an expert");
  // Further apart than any two scores, a price says nothing; and must not
  // overflow.
  const double most = std::ldexp(1.0, 41);
  for (size_t e = 0; e < prices_E.size(); ++e) {
    require(prices_E[e] >= 0, "[exact_assignment] prices are not negative");
    prices_E_[e] = rounded(std::min(prices_E[e] * scale_ * rest_, most));
  }
}

void Solver::choose_favourites() {
  experts_TK_.resize(T_ * K_);
  members_E_.resize(E_);
  std::vector<int64_t> values_E(E_);
  std::vector<int32_t> order(E_);
  for (size_t t = 0; t < T_; ++t) {
    const auto* scores_E = row(static_cast<int32_t>(t));
    for (size_t e = 0; e < E_; ++e) {
      values_E[e] = scores_E[e] - prices_E_[e];
    }
    best_of(values_E, order);
    std::copy_n(order.begin(), K_, chosen(t).begin());
    for (const auto e : chosen(t)) {
      join(static_cast<int32_t>(t), static_cast<size_t>(e));
    }
  }
}

// The first K of the order get the largest values, ties the lower expert.
void Solver::best_of(
    std::span<const int64_t> values_E, std::vector<int32_t>& order) const {
  if (K_ == 1) {
    order[0] = static_cast<int32_t>(
        std::ranges::max_element(values_E) - values_E.begin());
    return;
  }
  std::iota(order.begin(), order.end(), 0);
  std::ranges::partial_sort(
      order,
      order.begin() + static_cast<ptrdiff_t>(K_),
      [&](int32_t x, int32_t y) {
        const auto a = values_E[static_cast<size_t>(x)];
        const auto b = values_E[static_cast<size_t>(y)];
        return a != b ? a > b : x < y;
      });
}

void Solver::join(int32_t t, size_t e) {
  if (row(t)[e] == kForbidden) {
    fail_data(
        "token " + std::to_string(t) + " may use fewer than k = " +
        std::to_string(K_) + " experts; permit more");
  }
  members_E_[e].push_back(t);
}

// First into free room of the cheapest experts, the rest to the first of them.
void Solver::place_idle() {
  idle_E_.assign(E_, 0);
  int64_t left = -static_cast<int64_t>(T_ * K_);
  for (size_t e = 0; e < E_; ++e) {
    left += capacity(e);
  }
  const auto cheapest = std::ranges::min_element(prices_E_);
  for (size_t e = 0; e < E_; ++e) {
    if (prices_E_[e] == *cheapest) {
      idle_E_[e] = std::clamp<int64_t>(spare(e), 0, left);
      left -= idle_E_[e];
    }
  }
  idle_E_[static_cast<size_t>(cheapest - prices_E_.begin())] += left;
}

void Solver::find_arcs() {
  cost_EE_.assign(E_ * E_, kFar);
  mover_EE_.assign(E_ * E_, kNobody);
  for (size_t a = 0; a < E_; ++a) {
    for (const auto t : members_E_[a]) {
      offer(t, a);
    }
    if (idle_E_[a] > 0) {
      offer(kIdle, a);
    }
  }
}

// t, at a, may go anywhere it is not.
void Solver::offer(int32_t t, size_t a) {
  if (t == kIdle) {
    offer_idle(a);
    return;
  }
  const auto* scores_E = row(t);
  const auto* cost_E = &cost_EE_[a * E_];
  const auto here = scores_E[a];
  for (size_t b = 0; b < E_; ++b) {
    if (here - scores_E[b] <= cost_E[b] && b != a) {
      consider(t, a, b);
    }
  }
}

// An idle copy goes anywhere for nothing.
void Solver::offer_idle(size_t a) {
  for (size_t b = 0; b < E_; ++b) {
    if (b != a && cost_EE_[a * E_ + b] >= 0) {
      cost_EE_[a * E_ + b] = 0;
      mover_EE_[a * E_ + b] = kIdle;
    }
  }
}

// t has left a, or may not make some move any more.
void Solver::withdraw(int32_t t, size_t a) {
  std::vector<size_t> targets;
  for (size_t b = 0; b < E_; ++b) {
    if (mover_EE_[a * E_ + b] == t) {
      targets.push_back(b);
    }
  }
  search_again(a, targets);
}

void Solver::search_again(size_t a, std::span<const size_t> targets) {
  const bool idle = idle_E_[a] > 0;
  for (const auto b : targets) {
    cost_EE_[a * E_ + b] = idle ? 0 : kFar;
    mover_EE_[a * E_ + b] = idle ? kIdle : kNobody;
  }
  for (const auto t : members_E_[a]) {
    for (const auto b : targets) {
      consider(t, a, b);
    }
  }
}

// Token t as the one that goes from a to b most cheaply.
inline void Solver::consider(int32_t t, size_t a, size_t b) {
  const auto* scores_E = row(t);
  const auto cost = scores_E[a] - scores_E[b];
  auto& best = cost_EE_[a * E_ + b];
  auto& mover = mover_EE_[a * E_ + b];
  const bool better = cost < best || (cost == best && t < mover);
  if (better && scores_E[b] != kForbidden && !holds(t, b)) {
    best = cost;
    mover = t;
  }
}

// From all experts that hold too many to the nearest with room; false when none
// holds too many.
bool Solver::shortest_path() {
  distance_E_.assign(E_, kFar);
  parent_E_.assign(E_, E_);
  done_E_.assign(E_, 0);
  bool any = false;
  for (size_t e = 0; e < E_; ++e) {
    if (spare(e) < 0) {
      distance_E_[e] = 0;
      any = true;
    }
  }
  while (any) {
    const auto next = nearest_open();
    if (next == E_) {
      fail_infeasible();
    }
    if (spare(next) > 0) {
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
  const auto* cost_E = &cost_EE_[a * E_];
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
      copies += static_cast<int64_t>(members_E_[e].size());
      places += capacity(e);
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
    const auto from = parent_E_[to];
    move(mover_EE_[from * E_ + to], from, to);
  }
}

void Solver::move(int32_t t, size_t from, size_t to) {
  if (t == kIdle) {
    --idle_E_[from];
    ++idle_E_[to];
    if (idle_E_[from] == 0) {
      withdraw(kIdle, from);
    }
    offer(kIdle, to);
    return;
  }
  const auto chosen_K = chosen(static_cast<size_t>(t));
  std::erase(members_E_[from], t);
  members_E_[to].push_back(t);
  *std::ranges::find(chosen_K, static_cast<int32_t>(from)) =
      static_cast<int32_t>(to);
  withdraw(t, from);
  offer(t, to);
  for (const auto other : chosen_K) {
    const auto a = static_cast<size_t>(other);
    if (a == to) {
      continue;
    }
    // It can now go from its other experts to `from`, no longer to `to`.
    if (mover_EE_[a * E_ + to] == t) {
      search_again(a, std::span(&to, 1));
    }
    offer(t, a);
  }
}

int64_t Solver::objective() const {
  int64_t sum = 0;
  for (size_t i = 0; i < experts_TK_.size(); ++i) {
    sum += scores_TE_[i / K_ * E_ + static_cast<size_t>(experts_TK_[i])];
  }
  return sum;
}

int64_t Solver::bound() const {
  int64_t sum = 0;
  for (size_t e = 0; e < E_; ++e) {
    sum += prices_E_[e] * capacity(e);
  }
  std::vector<int64_t> values_E(E_);
  for (size_t t = 0; t < T_; ++t) {
    const auto* scores_E = row(static_cast<int32_t>(t));
    for (size_t e = 0; e < E_; ++e) {
      values_E[e] = scores_E[e] - prices_E_[e];
    }
    sum += top_sum(std::span(values_E), p_.top_k);
  }
  return sum;
}

Assignment Solver::proven() {
  const auto cheapest = std::ranges::min(prices_E_);
  for (auto& price : prices_E_) {
    price -= cheapest;
  }
  require(
      objective() == bound(),
      "[exact_assignment] prices prove the objective; this is a defect");
  std::vector<double> prices_E(E_);
  std::ranges::transform(prices_E_, prices_E.begin(), [&](int64_t price) {
    return static_cast<double>(price) / scale_ / rest_;
  });
  auto answer = add_up(p_, std::move(experts_TK_));
  answer.bound = answer.objective;
  answer.prices_E = std::move(prices_E);
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

Assignment exact_assignment(
    const AssignmentProblem& p, std::span<const double> prices_E) {
  check_assignment_problem(p);
  if (prices_E.empty() && worth_bidding(p)) {
    return Solver(p, prices_of_auction(p)).solve();
  }
  return Solver(p, prices_E).solve();
}

}  // namespace moestro
