// SPDX-License-Identifier: Apache-2.0
// What all solvers of the assignment share: the check of the problem and the
// proof of a bound by weak duality. Prices relax the capacities; whatever they
// are, no assignment beats sum_t max_k (s - p) + sum_e p_e c_e.
#include "moestro/plan/assignment.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "moestro/base/error.h"
#include "moestro/plan/top_sum.h"

namespace moestro {
namespace {

constexpr int64_t kMostPairs = int64_t{1} << 28;  // T * E; 2 GiB of scores
constexpr int64_t kMostExperts = 8192;  // solvers hold matrices of E * E

void check_sizes(const AssignmentProblem& p) {
  if (p.tokens < 1 || p.experts < 1) {
    fail_data("an assignment needs at least one token and one expert");
  }
  if (p.top_k < 1 || p.top_k > p.experts) {
    fail_data(
        "k is " + std::to_string(p.top_k) + "; it must be in 1.." +
        std::to_string(p.experts) + ", the number of experts");
  }
  if (p.experts > kMostExperts) {
    fail_data(
        std::to_string(p.experts) + " experts; an assignment takes " +
        std::to_string(kMostExperts) + " at most");
  }
  if (p.tokens > kMostPairs / p.experts) {
    fail_data(
        "more than 2^28 pairs of token and expert; split the batch into parts "
        "of at most " +
        std::to_string(kMostPairs / p.experts) + " tokens");
  }
  if (p.scores_TE.size() != static_cast<size_t>(p.tokens * p.experts) ||
      p.capacity_E.size() != static_cast<size_t>(p.experts)) {
    fail_data("scores must be [tokens][experts], capacity [experts]");
  }
}

void check_capacities(const AssignmentProblem& p) {
  int64_t places = 0;
  for (int64_t e = 0; e < p.experts; ++e) {
    const auto capacity = p.capacity_E[static_cast<size_t>(e)];
    if (capacity < 0) {
      fail_data(
          "capacity[" + std::to_string(e) + "] is " + std::to_string(capacity) +
          "; it must not be negative");
    }
    places += std::min(capacity, p.tokens);
  }
  if (places < p.tokens * p.top_k) {
    fail_data(
        "capacity for " + std::to_string(places) + " of " +
        std::to_string(p.tokens * p.top_k) +
        " token copies (an expert takes a token at most once); " +
        std::to_string(even_capacity(p.tokens, p.experts, p.top_k)) +
        " for every expert is enough");
  }
}

void check_scores(const AssignmentProblem& p) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  // Sums of scores and prices, with room to spare.
  const double copies = 16 * static_cast<double>(p.tokens * p.top_k);
  const double limit = std::numeric_limits<double>::max() / copies;
  const auto bad = std::ranges::find_if(p.scores_TE, [limit](double s) {
    return !(std::abs(s) <= limit) && s != -kInfinity;
  });
  if (bad == p.scores_TE.end()) {
    return;
  }
  if (std::isfinite(*bad)) {
    fail_data("the sum of the scores overflows; scale them down");
  }
  const auto at = bad - p.scores_TE.begin();
  fail_data(
      "scores[" + std::to_string(at / p.experts) + "][" +
      std::to_string(at % p.experts) +
      "] is not a finite number (only -inf may forbid a pair)");
}

}  // namespace

double AssignmentPlan::gap() const {
  const double distance = std::abs(objective - bound);
  return distance == 0 ? 0 : distance / std::abs(bound);
}

int64_t even_capacity(int64_t tokens, int64_t experts, int64_t top_k) {
  require(
      tokens >= 0 && experts >= 1 && top_k >= 0,
      "[even_capacity] tokens >= 0, experts >= 1, k >= 0");
  return (tokens * top_k + experts - 1) / experts;
}

void check_assignment_problem(const AssignmentProblem& p) {
  check_sizes(p);
  check_capacities(p);
  check_scores(p);
}

double price_bound(
    const AssignmentProblem& p, std::span<const double> prices_E) {
  const auto E = static_cast<size_t>(p.experts);
  require(prices_E.size() == E, "[price_bound] one price an expert");
  double bound = 0;
  for (size_t e = 0; e < E; ++e) {
    require(prices_E[e] >= 0, "[price_bound] prices are not negative");
    // An expert takes a token once, so capacity beyond T is no capacity.
    const auto places = std::min(p.capacity_E[e], p.tokens);
    bound += prices_E[e] * static_cast<double>(places);
  }
  std::vector<double> values_E(E);
  for (size_t t = 0; t < static_cast<size_t>(p.tokens); ++t) {
    const auto row_E = p.scores_TE.subspan(t * E, E);
    for (size_t e = 0; e < E; ++e) {
      values_E[e] = row_E[e] - prices_E[e];
    }
    bound += top_sum(std::span(values_E), p.top_k);
  }
  return bound;
}

AssignmentPlan add_up(
    const AssignmentProblem& p, std::vector<int32_t> experts_TK) {
  AssignmentPlan a{.experts_TK = std::move(experts_TK)};
  const auto K = static_cast<size_t>(p.top_k);
  const auto E = static_cast<size_t>(p.experts);
  for (size_t t = 0; t < static_cast<size_t>(p.tokens); ++t) {
    const auto row_E = p.scores_TE.subspan(t * E, E);
    const auto chosen_K = std::span(a.experts_TK).subspan(t * K, K);
    std::ranges::sort(chosen_K, [&](int32_t x, int32_t y) {
      const double sx = row_E[static_cast<size_t>(x)];
      const double sy = row_E[static_cast<size_t>(y)];
      return sx != sy ? sx > sy : x < y;
    });
    for (const auto e : chosen_K) {
      a.objective += row_E[static_cast<size_t>(e)];
    }
  }
  return a;
}

AssignmentPlan finish_assignment(
    const AssignmentProblem& p,
    std::vector<int32_t> experts_TK,
    std::vector<double> prices_E) {
  auto a = add_up(p, std::move(experts_TK));
  // Rounding of two long sums must not put the bound below what was reached.
  a.bound = std::max(price_bound(p, prices_E), a.objective);
  a.prices_E = std::move(prices_E);
  return a;
}

}  // namespace moestro
