// SPDX-License-Identifier: Apache-2.0
// Random and awkward assignment problems, and the truth by trying everything.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "moestro/plan/assignment.h"

namespace moestro {

constexpr double kForbid = -std::numeric_limits<double>::infinity();

// Owns what an AssignmentProblem looks at.
struct OwnedProblem {
  int64_t T, E, K;
  std::vector<double> scores_TE;
  std::vector<int64_t> capacity_E;

  [[nodiscard]] AssignmentProblem view() const {
    return {T, E, K, scores_TE, capacity_E};
  }
};

inline OwnedProblem even_problem(
    int64_t T, int64_t E, int64_t K, std::vector<double> scores_TE) {
  return {
      T,
      E,
      K,
      std::move(scores_TE),
      std::vector<int64_t>(static_cast<size_t>(E), even_capacity(T, E, K))};
}

// Normal scores; `skew` is the spread of a popularity shared by all tokens.
inline OwnedProblem random_problem(
    int64_t T, int64_t E, int64_t K, double skew, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> popularity_E(static_cast<size_t>(E));
  for (auto& p : popularity_E) {
    p = skew * normal(random);
  }
  std::vector<double> scores_TE(static_cast<size_t>(T * E));
  for (size_t i = 0; i < scores_TE.size(); ++i) {
    scores_TE[i] = normal(random) + popularity_E[i % popularity_E.size()];
  }
  return even_problem(T, E, K, std::move(scores_TE));
}

// The best objective; -inf when nothing is permitted. T tokens, all subsets.
class BruteForce {
 public:
  explicit BruteForce(const OwnedProblem& p)
      : p_(p), room_E_(p.capacity_E), best_(kForbid) {
    place(0, 0, p.K, 0);
  }
  [[nodiscard]] double best() const { return best_; }

 private:
  void place(int64_t t, int64_t first, int64_t missing, double sum) {
    if (missing == 0) {
      if (t + 1 == p_.T) {
        best_ = std::max(best_, sum);
      } else {
        place(t + 1, 0, p_.K, sum);
      }
      return;
    }
    for (int64_t e = first; e < p_.E; ++e) {
      auto& room = room_E_[static_cast<size_t>(e)];
      const double s = p_.scores_TE[static_cast<size_t>(t * p_.E + e)];
      if (room > 0 && s != kForbid) {
        --room;
        place(t, e + 1, missing - 1, sum + s);
        ++room;
      }
    }
  }

  const OwnedProblem& p_;
  std::vector<int64_t> room_E_;
  double best_;
};

// Every token K different permitted experts, none above capacity.
inline bool is_assignment(const OwnedProblem& p, const AssignmentPlan& a) {
  std::vector<int64_t> load_E(static_cast<size_t>(p.E));
  if (a.experts_TK.size() != static_cast<size_t>(p.T * p.K)) {
    return false;
  }
  for (size_t i = 0; i < a.experts_TK.size(); ++i) {
    const auto t = i / static_cast<size_t>(p.K);
    const auto e = static_cast<size_t>(a.experts_TK[i]);
    for (size_t j = t * static_cast<size_t>(p.K); j < i; ++j) {
      if (a.experts_TK[j] == a.experts_TK[i]) {
        return false;
      }
    }
    if (p.scores_TE[t * static_cast<size_t>(p.E) + e] == kForbid ||
        ++load_E[e] > p.capacity_E[e]) {
      return false;
    }
  }
  return true;
}

}  // namespace moestro
