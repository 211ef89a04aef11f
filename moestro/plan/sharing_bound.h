// SPDX-License-Identifier: Apache-2.0
// Idea: where few slots are spare, few experts can have replicas elsewhere, so
// whoever shares a device with a hot expert brings its whole load. Not public.
#pragma once

#include <span>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// Experts on identical devices with `per` slots each: no placement has a lower
// peak. 0 when nothing must be shared.
//
// The j heaviest experts have at most j + R replicas, R = slots - E, so they
// sit on some d <= j + R devices. The other devices hold at most
// (devices - d) per experts; all others are on these d devices alone, with
// their whole load:
//   peak >= min_d (j heaviest + the smallest d per - R - j others) / d.
// With no slot to spare (R = 0) experts are items of known size: packing_bound.
[[nodiscard]] double sharing_bound(
    std::span<const double> load_E, size_t devices, size_t per);

}  // namespace moestro
MOESTRO_API_END
