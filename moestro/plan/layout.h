// SPDX-License-Identifier: Apache-2.0
// Which experts there are and where they live. Torch-free.
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
  std::vector<int32_t> rank;   // [E] home rank
  std::vector<int32_t> node;   // [P] node of a rank
  int32_t here = 0;            // this rank
  int64_t identities = 0;      // the last ones are identity experts
};

// Equal shares, everything on one rank.
[[nodiscard]] inline Layout uniform_layout(int64_t num_experts) {
  const auto count = static_cast<size_t>(num_experts);
  return {
      .target = std::vector<double>(count, 1.0 / static_cast<double>(count)),
      .rank = std::vector<int32_t>(count, 0),
      .node = {0}};
}

}  // namespace moestro
MOESTRO_API_END
