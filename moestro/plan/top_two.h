// SPDX-License-Identifier: Apache-2.0
// The two best experts of a token, in vector registers where there are any.
// Not public.
#pragma once

#include <cstddef>
#include <cstdint>

namespace moestro {

struct TopTwo {
  float first, second;
  int32_t index;  // of the first; ties: the lowest
};

// Rows for top_two are as long as this.
[[nodiscard]] constexpr size_t padded_lanes(size_t count) {
  constexpr size_t kLanes = 16;
  return (count + kLanes - 1) / kLanes * kLanes;
}

// Of scores - prices; count is a positive multiple of 16. No NaN. The same on
// every machine: a subtraction, maxima and minima, none of them reordered.
[[nodiscard]] TopTwo top_two(
    const float* scores, const float* prices, size_t count);

}  // namespace moestro
