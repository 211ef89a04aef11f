// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/robust.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "moestro/base/error.h"

namespace moestro {

double median(std::vector<double> values) {
  require(
      !values.empty() && std::ranges::all_of(
                             values, [](double v) { return std::isfinite(v); }),
      "[median] no values, or one is not finite");
  const auto middle =
      values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  const double upper = *middle;
  return values.size() % 2 == 1
             ? upper
             : (upper + *std::max_element(values.begin(), middle)) / 2;
}

double robust_scale(std::span<const double> values) {
  constexpr double kNormal = 1.482602218505602;  // 1 / normal quantile of 3/4
  const double level = median({values.begin(), values.end()});
  std::vector<double> gap(values.begin(), values.end());
  for (auto& x : gap) {
    x = std::abs(x - level);
  }
  return kNormal * median(std::move(gap));
}

}  // namespace moestro
