// SPDX-License-Identifier: Apache-2.0
// Balanced assignment: every token gets k different experts, no expert more
// tokens than its capacity, and the sum of the scores is as large as can be.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// A view: the caller keeps scores and capacities alive.
struct AssignmentProblem {
  int64_t tokens = 0, experts = 0, top_k = 1;
  std::span<const double> scores_TE;    // row-major; -inf forbids the pair
  std::span<const int64_t> capacity_E;  // most tokens an expert may get
};

struct AssignmentPlan {
  std::vector<int32_t> experts_TK;  // of a token: by falling score
  double objective = 0;             // sum of the chosen scores
  double bound = 0;                 // proven: no assignment has more
  std::vector<double> prices_E;     // >= 0; they prove the bound

  // |objective - bound| / |bound|, 0 when both are 0.
  [[nodiscard]] double gap() const;
};

// Capacity that just holds every token when all experts get as many:
// ceil(T k / E).
[[nodiscard]] int64_t even_capacity(
    int64_t tokens, int64_t experts, int64_t top_k);

// DataError that names the rule and the place: sizes that do not fit, no
// token, k beyond E, NaN or +inf, a negative capacity, too little of it.
void check_assignment_problem(const AssignmentProblem&);

// Lagrangian bound of prices p >= 0 [E]:
//   sum_t (sum of the k largest s_te - p_e) + sum_e p_e c_e.
[[nodiscard]] double price_bound(
    const AssignmentProblem&, std::span<const double> prices_E);

// Orders the experts of every token and adds up their scores. Takes a complete
// choice [T, K]; prices and bound are left to the caller.
[[nodiscard]] AssignmentPlan add_up(
    const AssignmentProblem&, std::vector<int32_t> experts_TK);

// The same, with prices and the bound that they prove.
[[nodiscard]] AssignmentPlan finish_assignment(
    const AssignmentProblem&,
    std::vector<int32_t> experts_TK,
    std::vector<double> prices_E);

}  // namespace moestro
MOESTRO_API_END
