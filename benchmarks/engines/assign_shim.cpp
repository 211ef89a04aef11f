// SPDX-License-Identifier: Apache-2.0
// The assignment solvers for callers that speak C, so that the contestants of
// the benchmark pay the same price for a call.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "moestro/plan/auction.h"
#include "moestro/plan/exact_assignment.h"
#include "moestro/plan/greedy_assignment.h"
#include "moestro/plan/sinkhorn.h"

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

enum Method : int64_t { kExact, kAuction, kGreedy };

moestro::AssignmentPlan solved(
    Method method, const moestro::AssignmentProblem& p, double gap) {
  if (method == kAuction) {
    return moestro::auction_assignment(p, {.gap = gap});
  }
  return method == kExact ? moestro::exact_assignment(p)
                          : moestro::greedy_assignment(p);
}

}  // namespace

extern "C" {

// Returns the objective; gap: wanted, then proven.
double moestro_assign(
    Method method,
    Sizes sizes,
    const double* scores_TE,
    const int64_t* capacity_E,
    int32_t* experts_TK,
    double* gap) {
  const auto a = solved(method, problem_of(sizes, scores_TE, capacity_E), *gap);
  std::ranges::copy(a.experts_TK, experts_TK);
  *gap = a.gap();
  return a.objective;
}

// Even columns, so many passes. Returns the worst error of a column sum.
double moestro_sinkhorn(
    Sizes sizes, const float* scores_TE, int64_t passes, float* plan_TE) {
  const std::vector<double> even_E(static_cast<size_t>(sizes.experts), 1.0);
  const auto soft = moestro::sinkhorn(
      {scores_TE, static_cast<size_t>(sizes.tokens * sizes.experts)},
      even_E,
      1,
      {.tolerance = 0, .max_iterations = passes});
  std::ranges::copy(soft.plan_TE, plan_TE);
  return soft.residual;
}

}  // extern "C"
