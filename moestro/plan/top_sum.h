// SPDX-License-Identifier: Apache-2.0
// Not public.
#pragma once

#include <algorithm>
#include <functional>
#include <numeric>
#include <span>

namespace moestro {

// Sum of the k largest, 1 <= k <= count; reorders the values.
template <class Number>
[[nodiscard]] Number top_sum(std::span<Number> values, int64_t k) {
  if (k == 1) {
    // Eight maxima side by side: each waits only for itself.
    constexpr size_t kLanes = 8;
    Number most[kLanes];
    std::fill_n(most, kLanes, values[0]);
    size_t i = 0;
    for (; i + kLanes <= values.size(); i += kLanes) {
      for (size_t j = 0; j < kLanes; ++j) {
        most[j] = values[i + j] > most[j] ? values[i + j] : most[j];
      }
    }
    for (; i < values.size(); ++i) {
      most[0] = std::max(most[0], values[i]);
    }
    return *std::max_element(most, most + kLanes);
  }
  const auto end = values.begin() + k;
  std::nth_element(values.begin(), end - 1, values.end(), std::greater<>());
  return std::accumulate(values.begin(), end, Number{0});
}

}  // namespace moestro
