// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/holdings.h"

#include <algorithm>
#include <numeric>
#include <string>

#include "moestro/base/error.h"

namespace moestro {
namespace {

constexpr int32_t kIdle = -1, kNobody = -2;

}  // namespace

Holdings::Holdings(
    const AssignmentProblem& p,
    const WholeScores& scores,
    std::span<const int64_t> prices_E)
    : p_(p),
      scores_(scores),
      T_(static_cast<size_t>(p.tokens)),
      E_(static_cast<size_t>(p.experts)),
      K_(static_cast<size_t>(p.top_k)),
      idle_E_(E_),
      experts_TK_(T_ * K_),
      members_E_(E_),
      cost_EE_(E_ * E_, kFar),
      mover_EE_(E_ * E_, kNobody) {
  choose_favourites(prices_E);
  place_idle(prices_E);
  find_arcs();
}

bool Holdings::holds(int32_t t, size_t e) {
  return K_ > 1 && std::ranges::count(chosen(t), static_cast<int32_t>(e)) > 0;
}

void Holdings::choose_favourites(std::span<const int64_t> prices_E) {
  std::vector<int64_t> values_E(E_);
  std::vector<int32_t> order(E_);
  for (size_t i = 0; i < T_; ++i) {
    const auto t = static_cast<int32_t>(i);
    scores_.values(i, prices_E, values_E);
    best_of(values_E, order);
    std::copy_n(order.begin(), K_, chosen(t).begin());
    for (const auto e : chosen(t)) {
      join(t, static_cast<size_t>(e));
    }
  }
}

// The first K of the order get the largest values, ties the lower expert.
void Holdings::best_of(
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

void Holdings::join(int32_t t, size_t e) {
  if (row(t)[e] == kForbidden) {
    fail_data(
        "token " + std::to_string(t) + " may use fewer than k = " +
        std::to_string(K_) + " experts; permit more");
  }
  members_E_[e].push_back(t);
}

// First into free room of the cheapest experts, the rest to the first of them.
void Holdings::place_idle(std::span<const int64_t> prices_E) {
  int64_t left = -static_cast<int64_t>(T_ * K_);
  for (size_t e = 0; e < E_; ++e) {
    left += capacity(e);
  }
  const auto cheapest = std::ranges::min_element(prices_E);
  for (size_t e = 0; e < E_; ++e) {
    if (prices_E[e] == *cheapest) {
      idle_E_[e] = std::clamp<int64_t>(spare(e), 0, left);
      left -= idle_E_[e];
    }
  }
  idle_E_[static_cast<size_t>(cheapest - prices_E.begin())] += left;
}

void Holdings::find_arcs() {
  for (size_t a = 0; a < E_; ++a) {
    for (const auto t : members_E_[a]) {
      offer(t, a);
    }
    if (idle_E_[a] > 0) {
      offer_idle(a);
    }
  }
}

// t, at a, may go anywhere it is not.
void Holdings::offer(int32_t t, size_t a) {
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
void Holdings::offer_idle(size_t a) {
  for (size_t b = 0; b < E_; ++b) {
    if (b != a && cost_EE_[a * E_ + b] >= 0) {
      cost_EE_[a * E_ + b] = 0;
      mover_EE_[a * E_ + b] = kIdle;
    }
  }
}

// t has left a, or may not make some move any more.
void Holdings::withdraw(int32_t t, size_t a) {
  std::vector<size_t> targets;
  for (size_t b = 0; b < E_; ++b) {
    if (mover_EE_[a * E_ + b] == t) {
      targets.push_back(b);
    }
  }
  search_again(a, targets);
}

void Holdings::search_again(size_t a, std::span<const size_t> targets) {
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
inline void Holdings::consider(int32_t t, size_t a, size_t b) {
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

void Holdings::move(size_t from, size_t to) {
  const auto t = mover_EE_[from * E_ + to];
  if (t == kIdle) {
    move_idle(from, to);
  } else {
    move_token(t, from, to);
  }
}

void Holdings::move_idle(size_t from, size_t to) {
  --idle_E_[from];
  ++idle_E_[to];
  if (idle_E_[from] == 0) {
    withdraw(kIdle, from);
  }
  offer_idle(to);
}

void Holdings::move_token(int32_t t, size_t from, size_t to) {
  const auto chosen_K = chosen(t);
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

}  // namespace moestro
