// SPDX-License-Identifier: Apache-2.0
// From a placement in use to a better one: few moves, and only those that pay.
// Not public.
#pragma once

#include "moestro/base/api.h"
#include "moestro/plan/effort.h"
#include "moestro/plan/place.h"

MOESTRO_API_BEGIN
namespace moestro {

// Slots that differ.
[[nodiscard]] int64_t count_moves(
    std::span<const int32_t> from_S, std::span<const int32_t> to_S);

// The same placement with devices and slots renamed so that as many slots as
// possible stay as they are in `current_S`: an assignment of devices to
// devices, solved exactly, node by node where the problem is by_node(). Devices
// beyond count keep their places.
[[nodiscard]] std::vector<int32_t> renamed_to_fit(
    const PlacementProblem&,
    std::span<const int32_t> wanted_S,
    std::span<const int32_t> current_S);

// The best of: `current_S`, single changes of it for as long as they lower the
// peak, and `wanted_S` renamed; by peak + move_cost * moves within max_moves.
[[nodiscard]] std::vector<int32_t> affordable(
    const PlacementProblem&,
    std::span<const int32_t> wanted_S,
    const PlaceOptions&,
    Effort&);

}  // namespace moestro
MOESTRO_API_END
