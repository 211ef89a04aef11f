// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "moestro/base/api.h"
#include "moestro/base/json.h"

MOESTRO_API_BEGIN
namespace moestro {

// All three: DataError that names the place for unknown keys, wrong types
// and sizes, and what check_placement_problem refuses, with the layer.

// The request of `moestro plan eplb`:
//   {"load": [L][E], "slots", "devices", "nodes": 1, "groups": 1}
// -> {"version", "physical_to_logical": [L][S], "replicas": [L][E],
//     "device_load": [L][G], "peak": [L], "mean": [L]}.
[[nodiscard]] Json plan_eplb(const Json& request);

// The request of `moestro plan place`: that of plan_eplb, and optionally
//   "current": [L][S], "max_moves", "move_cost", "time_limit_ms", each for one
// layer -> the answer of plan_eplb, and "bound", "gap", "proven", "moves": [L].
[[nodiscard]] Json plan_place(const Json& request);

// The request of `moestro plan replay`: what a placement makes of every step.
//   {"load": [N][L][E], "physical_to_logical": [L][S], "devices"}
// -> {"version", "steps": N, "peak": [L][N], "mean_peak": [L], "p50": [L],
//     "p90": [L], "p99": [L], "worst": [L], "peak_of_average": [L]}, all as
// largest device load over the mean one.
[[nodiscard]] Json plan_replay(const Json& request);

}  // namespace moestro
MOESTRO_API_END
