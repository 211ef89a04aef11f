// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "moestro/base/api.h"
#include "moestro/plan/assignment.h"

MOESTRO_API_BEGIN
namespace moestro {

struct AuctionOptions {
  double gap = 2e-3;  // stop when the proven gap is no larger
  // Prices [E] of an earlier, similar problem, such as the batch before; empty
  // = none. They save rounds and never harm.
  std::span<const double> start_prices_E;
};

// Near-optimal assignment within a proven gap, in a fraction of the time of
// exact_assignment: the auction of Bertsekas and Castanon (1989) for
// transportation problems, as BASE layers use it (arXiv 2103.16716), with any
// capacities and k experts a token. Deterministic.
//
// Single precision inside. Where the gap cannot be reached in single precision
// or bids do not come to an end (forbidden pairs), the answer is that of
// exact_assignment; errors are the same.
[[nodiscard]] AssignmentPlan auction_assignment(
    const AssignmentProblem&, const AuctionOptions& = {});

}  // namespace moestro
MOESTRO_API_END
