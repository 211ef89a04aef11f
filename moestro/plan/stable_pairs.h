// SPDX-License-Identifier: Apache-2.0
// Pairs of token and expert by falling score, taken while both have room. Not
// public.
#pragma once

#include <cstdint>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/plan/assignment.h"

MOESTRO_API_BEGIN
namespace moestro {

class StablePairs {
 public:
  explicit StablePairs(const AssignmentProblem&);

  // Experts of every token, -1 for each place that it is left without.
  [[nodiscard]] std::vector<int32_t> solve();
  // Places left at an expert.
  [[nodiscard]] std::vector<int64_t> room() const;
  // How often a token went to an expert.
  [[nodiscard]] int64_t offers() const { return offers_; }

 private:
  struct Pair {
    double score;
    int32_t token;
    // Ties: the lower token.
    bool operator>(const Pair& other) const {
      return score != other.score ? score > other.score : token < other.token;
    }
  };

  [[nodiscard]] int32_t best_for(int32_t token);
  [[nodiscard]] int32_t best_in_order(int32_t token) const;
  void close_held(int32_t token, bool closed);
  void settle_waiting();
  void take(size_t expert, const Pair& pair);
  // Sends away all but the best that the expert has places for.
  void keep_best(size_t expert);
  // Where `expert`, or -1 for a free one, stands in the token's row.
  [[nodiscard]] int32_t& place(int32_t token, int32_t expert);

  const AssignmentProblem& p_;
  size_t E_, K_;
  std::vector<int32_t> experts_TK_;
  std::vector<std::vector<Pair>> taken_E_;
  std::vector<Pair> beaten_E_;   // what a pair must be better than to be taken
  std::vector<double> floor_E_;  // its score; +inf while the token is there
  std::vector<int32_t> waiting_;
  int64_t offers_ = 0;
};

}  // namespace moestro
MOESTRO_API_END
