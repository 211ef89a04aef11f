// SPDX-License-Identifier: Apache-2.0
// Token and expert rank a pair by the same score, so there is one assignment in
// which no pair that was not taken is better than what both of its sides have
// (ties by index): the one that taking pairs by falling score finds. It is
// found without sorting them: a token goes to the best expert that would take
// it (deferred acceptance, Gale and Shapley 1962). An expert takes up to twice
// what it has places for before it sends the worse half away at once, which
// costs less than keeping them in order.
#include "moestro/plan/stable_pairs.h"

#include <algorithm>
#include <functional>
#include <limits>

namespace moestro {
namespace {

constexpr int32_t kNone = -1;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int32_t kLast = std::numeric_limits<int32_t>::max();

// The largest score that is not below its floor. Four side by side: each waits
// only for itself.
double best_above(const double* scores_E, const std::vector<double>& floor_E) {
  constexpr size_t kLanes = 4;
  double best[kLanes];
  std::fill_n(best, kLanes, -kInfinity);
  const auto take = [&](size_t j, size_t e) {
    const double s = scores_E[e] >= floor_E[e] ? scores_E[e] : -kInfinity;
    best[j] = s > best[j] ? s : best[j];
  };
  size_t e = 0;
  for (; e + kLanes <= floor_E.size(); e += kLanes) {
    for (size_t j = 0; j < kLanes; ++j) {
      take(j, e + j);
    }
  }
  for (; e < floor_E.size(); ++e) {
    take(0, e);
  }
  return *std::max_element(best, best + kLanes);
}

}  // namespace

StablePairs::StablePairs(const AssignmentProblem& p)
    : p_(p),
      E_(static_cast<size_t>(p.experts)),
      K_(static_cast<size_t>(p.top_k)),
      experts_TK_(static_cast<size_t>(p.tokens) * K_, kNone),
      taken_E_(E_),
      beaten_E_(E_, {-kInfinity, kLast}),
      floor_E_(E_, -kInfinity) {
  for (size_t e = 0; e < E_; ++e) {
    if (p.capacity_E[e] == 0) {
      beaten_E_[e] = {kInfinity, kNone};
      floor_E_[e] = kInfinity;
    }
  }
}

std::vector<int32_t> StablePairs::solve() {
  for (int32_t t = 0; t < static_cast<int32_t>(p_.tokens); ++t) {
    waiting_.insert(waiting_.end(), K_, t);
    settle_waiting();
  }
  do {
    settle_waiting();
    for (size_t e = 0; e < E_; ++e) {
      keep_best(e);
    }
  } while (!waiting_.empty());
  return experts_TK_;
}

void StablePairs::settle_waiting() {
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

std::vector<int64_t> StablePairs::room() const {
  std::vector<int64_t> room_E(p_.capacity_E.begin(), p_.capacity_E.end());
  for (size_t e = 0; e < E_; ++e) {
    room_E[e] -= static_cast<int64_t>(taken_E_[e].size());
  }
  return room_E;
}

// Ties: the lower expert. A forbidden one, -inf, is above nothing.
int32_t StablePairs::best_for(int32_t token) {
  close_held(token, true);
  const auto* scores_E = &p_.scores_TE[static_cast<size_t>(token) * E_];
  const double best = best_above(scores_E, floor_E_);
  auto expert = kNone;
  if (best > -kInfinity) {
    size_t e = 0;
    while (scores_E[e] != best || scores_E[e] < floor_E_[e]) {
      ++e;
    }
    // As good as what is there: then tokens decide.
    expert = scores_E[e] > floor_E_[e] ? static_cast<int32_t>(e)
                                       : best_in_order(token);
  }
  close_held(token, false);
  return expert;
}

int32_t StablePairs::best_in_order(int32_t token) const {
  const auto* scores_E = &p_.scores_TE[static_cast<size_t>(token) * E_];
  double best = -kInfinity;
  auto expert = kNone;
  for (size_t e = 0; e < E_; ++e) {
    if (scores_E[e] > best && floor_E_[e] < kInfinity &&
        Pair{scores_E[e], token} > beaten_E_[e]) {
      best = scores_E[e];
      expert = static_cast<int32_t>(e);
    }
  }
  return expert;
}

void StablePairs::close_held(int32_t token, bool closed) {
  const auto* chosen_K = &experts_TK_[static_cast<size_t>(token) * K_];
  for (size_t k = 0; k < K_; ++k) {
    if (chosen_K[k] != kNone) {
      const auto e = static_cast<size_t>(chosen_K[k]);
      floor_E_[e] = closed ? kInfinity : beaten_E_[e].score;
    }
  }
}

void StablePairs::take(size_t expert, const Pair& pair) {
  ++offers_;
  const auto capacity = static_cast<size_t>(p_.capacity_E[expert]);
  auto& taken = taken_E_[expert];
  place(pair.token, kNone) = static_cast<int32_t>(expert);
  taken.push_back(pair);
  if (taken.size() == capacity) {
    beaten_E_[expert] = *std::ranges::max_element(taken, std::greater<>());
    floor_E_[expert] = beaten_E_[expert].score;
  } else if (taken.size() >= 2 * capacity) {
    keep_best(expert);
  }
}

void StablePairs::keep_best(size_t expert) {
  const auto capacity = static_cast<size_t>(p_.capacity_E[expert]);
  auto& taken = taken_E_[expert];
  if (taken.size() <= capacity) {
    return;
  }
  const auto worst = taken.begin() + static_cast<ptrdiff_t>(capacity) - 1;
  std::ranges::nth_element(taken, worst, std::greater<>());
  beaten_E_[expert] = *worst;
  floor_E_[expert] = worst->score;
  for (auto sent = worst + 1; sent != taken.end(); ++sent) {
    place(sent->token, static_cast<int32_t>(expert)) = kNone;
    waiting_.push_back(sent->token);
  }
  taken.resize(capacity);
}

int32_t& StablePairs::place(int32_t token, int32_t expert) {
  const auto first = experts_TK_.begin() +
                     static_cast<ptrdiff_t>(static_cast<size_t>(token) * K_);
  return *std::find(first, first + static_cast<ptrdiff_t>(K_), expert);
}

}  // namespace moestro
