// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "moestro/base/api.h"
#include "moestro/base/json.h"

MOESTRO_API_BEGIN
namespace moestro {

// The request of `moestro plan llep`:
//   {"load": [E], "devices", "alpha": 1.0, "min_chunk": 1024,
//    "threshold": 1.3, "small_excess": "keep-native" | "spill",
//    "imbalance_of": "devices" | "experts"}
// -> {"version", "fallback", "segments": [{"expert", "device", "begin",
//     "end"}], "transfers": [{"expert", "from", "to"}], "device_load": [P],
//     "plain_device_load": [P]}.
// DataError that names the place, as plan_assign.
[[nodiscard]] Json plan_llep(const Json& request);

}  // namespace moestro
MOESTRO_API_END
