// SPDX-License-Identifier: Apache-2.0
// For the sources of this folder.
#pragma once

#include <numeric>
#include <span>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

[[nodiscard]] inline double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) /
         static_cast<double>(values.size());
}

// Less their mean.
[[nodiscard]] inline std::vector<double> centred(
    std::span<const double> values) {
  const double mean = mean_of(values);
  std::vector<double> gap(values.begin(), values.end());
  for (auto& v : gap) {
    v -= mean;
  }
  return gap;
}

}  // namespace moestro
MOESTRO_API_END
