// SPDX-License-Identifier: Apache-2.0
// The two largest of a row, in vector registers where the machine has them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace moestro {

struct TopTwo {
  float first, second;
  int32_t index;  // of the first; ties: the lowest
};

// Rows for these functions are as long as this.
[[nodiscard]] constexpr size_t padded_lanes(size_t count) {
  constexpr size_t kLanes = 16;
  return (count + kLanes - 1) / kLanes * kLanes;
}

// count: a positive multiple of 16. No NaN.
[[nodiscard]] TopTwo top_two(const float* values, size_t count);

// out = a - b; count as above.
void subtract(const float* a, const float* b, float* out, size_t count);

}  // namespace moestro
