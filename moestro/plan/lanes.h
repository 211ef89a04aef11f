// SPDX-License-Identifier: Apache-2.0
// Not public.
#pragma once

#include <cstddef>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// Loops by lanes use as many as there are, at most this.
inline constexpr size_t kLanes = 16;

// Rows that are read by lanes are as long as this.
[[nodiscard]] constexpr size_t padded_lanes(size_t count) {
  return (count + kLanes - 1) / kLanes * kLanes;
}

}  // namespace moestro
MOESTRO_API_END
