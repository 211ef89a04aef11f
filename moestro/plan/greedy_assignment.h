// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "moestro/plan/assignment.h"

namespace moestro {

// The baseline: pairs by falling score, taken while token and expert have room
// (ties: lower token, then lower expert). Tokens that this leaves without a
// place, because what is free is forbidden or already theirs, are placed by
// moving others. The bound is that of prices 0: every token its favourites.
// DataError: as exact_assignment.
[[nodiscard]] Assignment greedy_assignment(const AssignmentProblem&);

}  // namespace moestro
