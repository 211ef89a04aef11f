// SPDX-License-Identifier: Apache-2.0
// Joint replication and placement by local search. Not public.
#pragma once

#include <vector>

#include "moestro/base/api.h"
#include "moestro/plan/placement_state.h"

MOESTRO_API_BEGIN
namespace moestro {

struct SearchLimits {
  double goal = 0;     // a peak that is low enough
  int64_t rounds = 0;  // kicks out of a local optimum
};

// Changes until none lowers the peak device: swaps while there are any, then
// a slot given away, then swaps again; or until the effort is exhausted.
void descend(PlacementState&, Effort&);

// Iterated local search (Lourenco, Martin and Stuetzle 2003): descend, kick at
// random near the peak, descend again, keep what is no worse. Never worse than
// where it starts; a pure function of its arguments unless the deadline comes.
[[nodiscard]] std::vector<int32_t> search_placement(
    const PlacementProblem&,
    std::vector<int32_t> start_S,
    const SearchLimits&,
    Effort&);

}  // namespace moestro
MOESTRO_API_END
