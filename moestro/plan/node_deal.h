// SPDX-License-Identifier: Apache-2.0
// Which groups of experts share a node. Not public.
#pragma once

#include <vector>

#include "moestro/base/api.h"
#include "moestro/plan/effort.h"
#include "moestro/plan/placement.h"

MOESTRO_API_BEGIN
namespace moestro {

// Swaps groups between nodes, [nodes][E / nodes], while that lowers the load of
// the heaviest node and the effort lasts.
[[nodiscard]] std::vector<std::vector<int32_t>> evened_deal(
    const PlacementProblem&,
    std::vector<std::vector<int32_t>> experts_N,
    Effort&);

// For at most 16 experts: goes through every deal of the groups and every
// placement in the nodes that could have a lower peak, and puts a better one in
// `best` when there is one. True when the end was reached: `best` is optimal.
[[nodiscard]] bool improve_or_prove(
    const PlacementProblem&, Placement& best, Effort&);

}  // namespace moestro
MOESTRO_API_END
