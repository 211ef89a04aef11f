// SPDX-License-Identifier: Apache-2.0
// Who asked for whom: the same words from the router's ledger to the report.
#pragma once

#include <cstdint>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

[[nodiscard]] int64_t total(const std::vector<int64_t>&);
// The longer of both; what is not there counts as 0.
void add_counts(std::vector<int64_t>& sum, const std::vector<int64_t>& more);

// Over valid tokens, each counted once; one pass of a layer or a sum of them.
// E experts.
struct Counts {
  int64_t tokens = 0;           // routed
  std::vector<int64_t> demand;  // [E] pairs asked for, before capacity
  std::vector<int64_t> kept;    // [E] of them, served
  std::vector<int64_t> first;   // [E] of them, a token's first choice

  [[nodiscard]] std::vector<int64_t> dropped() const;
  void add(const Counts&);
};

}  // namespace moestro
MOESTRO_API_END
