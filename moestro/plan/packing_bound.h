// SPDX-License-Identifier: Apache-2.0
// Not public.
#pragma once

#include <algorithm>
#include <span>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// Of items from the largest to the smallest, as many into each bin: no way to
// do so keeps the heaviest bin below this. Among the j bins + 1 largest items
// some bin has j + 1, and then the smallest there are to fill it.
[[nodiscard]] inline double packing_bound(
    std::span<const double> sizes, size_t bins) {
  // Each j costs as much as a bin holds; the bound holds with fewer of them.
  constexpr size_t kMostWork = size_t{1} << 26;
  const auto per = sizes.size() / bins;
  const auto most = std::min(per, kMostWork / std::max(per, size_t{1}) + 1);
  double bound = 0;
  for (size_t j = 0; j < most; ++j) {
    double sum = 0;
    for (size_t i = j * bins - j; i <= j * bins; ++i) {
      sum += sizes[i];
    }
    for (size_t i = sizes.size() - (per - j - 1); i < sizes.size(); ++i) {
      sum += sizes[i];
    }
    bound = std::max(bound, sum);
  }
  return bound;
}

}  // namespace moestro
MOESTRO_API_END
