// SPDX-License-Identifier: Apache-2.0
// Expert placement that is never worse than EPLB, with a bound that says how
// much better it could get at most.
#pragma once

#include <limits>

#include "moestro/base/api.h"
#include "moestro/plan/placement.h"

MOESTRO_API_BEGIN
namespace moestro {

struct PlaceOptions {
  // What is in the slots now [S]; empty = nothing is known.
  std::span<const int32_t> current_S;
  // Of `current_S`: slots that may get another expert, and what each costs in
  // units of the peak. The plan has the lowest peak + move_cost * moves found
  // within max_moves; when no change is worth its cost, that is `current_S`.
  int64_t max_moves = std::numeric_limits<int64_t>::max();
  double move_cost = 0;
  // Stop searching after this; 0 = when a fixed effort is spent (about 0.2 s
  // for 256 experts, up to 3 s for a proof), which makes the plan a pure
  // function of its input.
  int64_t time_limit_ms = 0;
};

struct PlacePlan {
  Placement placement;
  double bound = 0;     // no placement has a lower peak
  double gap = 0;       // peak / bound - 1; 0 when both are 0
  bool proven = false;  // an exhaustive search found none lower, or gap is 0
  int64_t moves = 0;    // slots that differ from current_S; 0 without one
};

// The largest of the mean device load, the smallest possible largest replica,
// what must share devices with the heaviest experts and, where groups stay on a
// node, what the heaviest node must hold.
[[nodiscard]] double peak_bound(const PlacementProblem&);

// Starts from EPLB, then changes replicas and places together: local search
// for any size, exhaustive search for up to 16 experts (`proven` tells whether
// it came to its end). Without `current_S` the peak is never above EPLB's.
// DataError: check_placement_problem; a current_S that is no placement of
// this problem; a negative max_moves, move_cost or time limit.
[[nodiscard]] PlacePlan place(
    const PlacementProblem&, const PlaceOptions& = {});

}  // namespace moestro
MOESTRO_API_END
