// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "moestro/base/api.h"
#include "moestro/plan/assignment.h"

MOESTRO_API_BEGIN
namespace moestro {

// The best assignment there is, with prices that prove it: gap 0.
//
// Scores are rounded to 2^-40 of the largest magnitude (fewer bits beyond half
// a million token copies); on the rounded scores everything is exact integer
// arithmetic, so equal problems have equal answers on every machine. Ties go to
// the lower index. `prices_E` of an earlier, similar problem (or of the
// auction) shorten the work and do not change the objective; empty = none.
//
// Time about (T k E + n E^2), n = tokens that must leave their favourite.
// DataError: check_assignment_problem, or forbidden pairs that leave some
// tokens without a place (names the experts that are too few).
[[nodiscard]] AssignmentPlan exact_assignment(
    const AssignmentProblem&, std::span<const double> prices_E = {});

}  // namespace moestro
MOESTRO_API_END
