// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "moestro/base/api.h"
#include "moestro/base/json.h"

MOESTRO_API_BEGIN
namespace moestro {

// The request of `moestro plan assign`:
//   {"scores": [T][E], "capacity": [E] or one number (ceil(T k / E)), "k": 1,
//    "method": "exact" | "auction" | "greedy"}
// -> {"version", "method", "experts": [T][k], "objective", "bound", "gap"}.
// DataError that names the place: unknown keys, wrong types and sizes,
// numbers that are not finite, capacities that cannot hold every token.
[[nodiscard]] Json plan_assign(const Json& request);

}  // namespace moestro
MOESTRO_API_END
