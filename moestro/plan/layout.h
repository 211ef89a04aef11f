// SPDX-License-Identifier: Apache-2.0
// Which experts there are and what share of the work each should have.
// Torch-free.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

struct Layout {
  std::vector<double> target;  // [E] wanted share of demand, sums to 1;
                               // 0 = pruned
};

// Equal shares.
[[nodiscard]] inline Layout uniform_layout(int64_t num_experts) {
  const auto count = static_cast<size_t>(num_experts);
  return {
      .target = std::vector<double>(count, 1.0 / static_cast<double>(count))};
}

}  // namespace moestro
MOESTRO_API_END
