// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "moestro/base/api.h"
#include "moestro/plan/assignment.h"

MOESTRO_API_BEGIN
namespace moestro {

// The baseline: pairs by falling score, taken while token and expert have room
// (ties: lower token, then lower expert). Tokens that this leaves without a
// place, because what is free is forbidden or already theirs, are placed by
// moving others. The bound is that of prices 0: every token its favourites.
// DataError: as exact_assignment.
[[nodiscard]] AssignmentPlan greedy_assignment(const AssignmentProblem&);

}  // namespace moestro
MOESTRO_API_END
