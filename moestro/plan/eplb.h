// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "moestro/base/api.h"
#include "moestro/plan/placement.h"

MOESTRO_API_BEGIN
namespace moestro {

// The expert-parallel load balancer published with DeepSeek-V3 (arXiv
// 2412.19437), slot for slot: groups are packed into nodes; inside a node the
// expert with the largest load per replica gets one more until slots are full;
// replicas, largest first, go to the least loaded device with a free slot.
// Where groups cannot be dealt out evenly to the nodes there is one node.
//
// Single precision inside, as published; scaled by a power of two first, so
// that no load is too large. Time about L S log S for L layers.
// DataError: check_placement_problem.
[[nodiscard]] Placement eplb(const PlacementProblem&);

// Which experts share a node, [nodes][E / nodes], by greedy packing of the
// groups: the first stage above. One row when the problem is not by_node().
[[nodiscard]] std::vector<std::vector<int32_t>> node_experts(
    const PlacementProblem&);

// The later stages, given which experts share a node.
[[nodiscard]] Placement eplb_within(
    const PlacementProblem&,
    const std::vector<std::vector<int32_t>>& experts_N);

}  // namespace moestro
MOESTRO_API_END
