// SPDX-License-Identifier: Apache-2.0
// Not public.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <numeric>
#include <span>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// Eight maxima side by side: each waits only for itself.
template <class Number>
[[nodiscard]] Number largest(std::span<const Number> values) {
  constexpr size_t kLanes = 8;
  Number most[kLanes];
  std::fill_n(most, kLanes, values[0]);
  const auto whole = values.size() / kLanes * kLanes;
  for (size_t i = 0; i < whole; i += kLanes) {
    for (size_t j = 0; j < kLanes; ++j) {
      most[j] = values[i + j] > most[j] ? values[i + j] : most[j];
    }
  }
  for (const auto v : values.subspan(whole)) {
    most[0] = std::max(most[0], v);
  }
  return *std::max_element(most, most + kLanes);
}

// Sum of the k largest, 1 <= k <= count; reorders the values.
template <class Number>
[[nodiscard]] Number top_sum(std::span<Number> values, int64_t k) {
  if (k == 1) {
    return largest<Number>(values);
  }
  const auto end = values.begin() + k;
  std::nth_element(values.begin(), end - 1, values.end(), std::greater<>());
  return std::accumulate(values.begin(), end, Number{0});
}

}  // namespace moestro
MOESTRO_API_END
