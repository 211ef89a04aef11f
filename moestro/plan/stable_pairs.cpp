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

}  // namespace

StablePairs::StablePairs(const AssignmentProblem& p)
    : p_(p),
      E_(static_cast<size_t>(p.experts)),
      K_(static_cast<size_t>(p.top_k)),
      experts_TK_(static_cast<size_t>(p.tokens) * K_, kNone),
      taken_E_(E_) {}

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
int32_t StablePairs::best_for(int32_t token) const {
  const auto t = static_cast<size_t>(token);
  const auto* scores_E = &p_.scores_TE[t * E_];
  const auto* chosen_K = &experts_TK_[t * K_];
  double best = -std::numeric_limits<double>::infinity();
  auto expert = kNone;
  for (size_t e = 0; e < E_; ++e) {
    const auto number = static_cast<int32_t>(e);
    if (scores_E[e] > best && would_take(e, {scores_E[e], token}) &&
        std::find(chosen_K, chosen_K + K_, number) == chosen_K + K_) {
      best = scores_E[e];
      expert = number;
    }
  }
  return expert;
}

bool StablePairs::would_take(size_t expert, const Pair& pair) const {
  const auto& taken = taken_E_[expert];
  const auto capacity = static_cast<size_t>(p_.capacity_E[expert]);
  return taken.size() < capacity || (capacity > 0 && pair > taken.front());
}

void StablePairs::take(size_t expert, const Pair& pair) {
  ++offers_;
  const auto e = static_cast<int32_t>(expert);
  auto& taken = taken_E_[expert];
  place(pair.token, kNone) = e;
  if (taken.size() < static_cast<size_t>(p_.capacity_E[expert])) {
    taken.push_back(pair);
    std::ranges::push_heap(taken, std::greater<>());
    return;
  }
  const auto sent_away = taken.front().token;
  place(sent_away, e) = kNone;
  waiting_.push_back(sent_away);
  replace_top(taken, pair, std::greater<>());
}

int32_t& StablePairs::place(int32_t token, int32_t expert) {
  const auto first = experts_TK_.begin() +
                     static_cast<ptrdiff_t>(static_cast<size_t>(token) * K_);
  return *std::find(first, first + static_cast<ptrdiff_t>(K_), expert);
}

}  // namespace moestro
