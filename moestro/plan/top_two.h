// SPDX-License-Identifier: Apache-2.0
// The two best experts of a token, in vector registers where there are any.
// Not public.
#pragma once

#include <cstddef>
#include <cstdint>

#include "moestro/base/api.h"
#include "moestro/plan/lanes.h"

MOESTRO_API_BEGIN
namespace moestro {

struct TopTwo {
  float first, second;
  int32_t index;  // of the first; ties: the lowest
};

// Of scores - prices; count is a positive multiple of 16. No NaN. The same on
// every machine: a subtraction, maxima and minima, none of them reordered.
[[nodiscard]] TopTwo top_two(
    const float* scores, const float* prices, size_t count);

}  // namespace moestro
MOESTRO_API_END
