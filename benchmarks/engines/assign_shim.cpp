// SPDX-License-Identifier: Apache-2.0
// The assignment solvers for callers that speak C, so that the contestants of
// the benchmark pay the same price for a call.
#include <algorithm>
#include <cstdint>

#include "moestro/plan/auction.h"
#include "moestro/plan/exact_assignment.h"
#include "moestro/plan/greedy_assignment.h"

namespace {

struct Sizes {
  int64_t tokens, experts, top_k;
};

moestro::AssignmentProblem problem_of(
    const Sizes& sizes, const double* scores_TE, const int64_t* capacity_E) {
  return {
      sizes.tokens,
      sizes.experts,
      sizes.top_k,
      {scores_TE, static_cast<size_t>(sizes.tokens * sizes.experts)},
      {capacity_E, static_cast<size_t>(sizes.experts)}};
}

double give(const moestro::Assignment& a, int32_t* experts_TK, double* gap) {
  std::ranges::copy(a.experts_TK, experts_TK);
  *gap = a.gap();
  return a.objective;
}

}  // namespace

extern "C" {

double moestro_exact(
    Sizes sizes,
    const double* scores_TE,
    const int64_t* capacity_E,
    int32_t* experts_TK,
    double* gap) {
  return give(
      moestro::exact_assignment(problem_of(sizes, scores_TE, capacity_E)),
      experts_TK,
      gap);
}

double moestro_auction(
    Sizes sizes,
    const double* scores_TE,
    const int64_t* capacity_E,
    int32_t* experts_TK,
    double* gap) {
  return give(
      moestro::auction_assignment(
          problem_of(sizes, scores_TE, capacity_E), {.gap = *gap}),
      experts_TK,
      gap);
}

double moestro_greedy(
    Sizes sizes,
    const double* scores_TE,
    const int64_t* capacity_E,
    int32_t* experts_TK,
    double* gap) {
  return give(
      moestro::greedy_assignment(problem_of(sizes, scores_TE, capacity_E)),
      experts_TK,
      gap);
}

}  // extern "C"
