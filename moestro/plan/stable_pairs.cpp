// SPDX-License-Identifier: Apache-2.0
// Token and expert rank a pair by the same score, so there is one assignment in
// which no pair that was not taken is better than what both of its sides have
// (ties by index): the one that taking pairs by falling score finds. It is
// found without sorting them: a token goes to the best expert that would take
// it, which sends away the worst that it has when it is full (deferred
// acceptance, Gale and Shapley 1962).
#include "moestro/plan/stable_pairs.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "moestro/plan/heap.h"

namespace moestro {
namespace {

constexpr int32_t kNone = -1;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int32_t kLast = std::numeric_limits<int32_t>::max();

}  // namespace

StablePairs::StablePairs(const AssignmentProblem& p)
    : p_(p),
      E_(static_cast<size_t>(p.experts)),
      K_(static_cast<size_t>(p.top_k)),
      experts_TK_(static_cast<size_t>(p.tokens) * K_, kNone),
      taken_E_(E_),
      beaten_E_(E_, {-kInfinity, kLast}),
      held_E_(E_) {
  for (size_t e = 0; e < E_; ++e) {
    if (p.capacity_E[e] == 0) {
      beaten_E_[e] = {kInfinity, kNone};
    }
  }
}

std::vector<int32_t> StablePairs::solve() {
  for (int32_t t = 0; t < static_cast<int32_t>(p_.tokens); ++t) {
    waiting_.assign(K_, t);
    while (!waiting_.empty()) {
      const auto token = waiting_.back();
      waiting_.pop_back();
      if (const auto e = best_for(token); e != kNone) {
        const auto expert = static_cast<size_t>(e);
        const auto row = static_cast<size_t>(token) * E_;
        take(expert, {p_.scores_TE[row + expert], token});
      }
    }
  }
  return experts_TK_;
}

std::vector<int64_t> StablePairs::room() const {
  std::vector<int64_t> room_E(p_.capacity_E.begin(), p_.capacity_E.end());
  for (size_t e = 0; e < E_; ++e) {
    room_E[e] -= static_cast<int64_t>(taken_E_[e].size());
  }
  return room_E;
}

// Ties: the lower expert. A forbidden one, -inf, is above nothing.
int32_t StablePairs::best_for(int32_t token) {
  mark(token, 1);
  const auto* scores_E = &p_.scores_TE[static_cast<size_t>(token) * E_];
  double best = -kInfinity;
  auto expert = kNone;
  for (size_t e = 0; e < E_; ++e) {
    if (scores_E[e] > best && held_E_[e] == 0 &&
        Pair{scores_E[e], token} > beaten_E_[e]) {
      best = scores_E[e];
      expert = static_cast<int32_t>(e);
    }
  }
  mark(token, 0);
  return expert;
}

void StablePairs::mark(int32_t token, char held) {
  const auto* chosen_K = &experts_TK_[static_cast<size_t>(token) * K_];
  for (size_t k = 0; k < K_; ++k) {
    if (chosen_K[k] != kNone) {
      held_E_[static_cast<size_t>(chosen_K[k])] = held;
    }
  }
}

void StablePairs::take(size_t expert, const Pair& pair) {
  ++offers_;
  const auto e = static_cast<int32_t>(expert);
  const auto capacity = static_cast<size_t>(p_.capacity_E[expert]);
  auto& taken = taken_E_[expert];
  place(pair.token, kNone) = e;
  if (taken.size() < capacity) {
    taken.push_back(pair);
    std::ranges::push_heap(taken, std::greater<>());
  } else {
    const auto sent_away = taken.front().token;
    place(sent_away, e) = kNone;
    waiting_.push_back(sent_away);
    replace_top(taken, pair, std::greater<>());
  }
  if (taken.size() == capacity) {
    beaten_E_[expert] = taken.front();
  }
}

int32_t& StablePairs::place(int32_t token, int32_t expert) {
  const auto first = experts_TK_.begin() +
                     static_cast<ptrdiff_t>(static_cast<size_t>(token) * K_);
  return *std::find(first, first + static_cast<ptrdiff_t>(K_), expert);
}

}  // namespace moestro
