// SPDX-License-Identifier: Apache-2.0
// Loads of balanced routing: every token picks K of E experts at random.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

class Draws;

struct RoutingShape {
  int64_t experts = 1, top_k = 1, tokens = 0;
  auto operator<=>(const RoutingShape&) const = default;
};

// Draws whole batches.
class BalancedLoads {
 public:
  // ContractError: 1 <= K < E or tokens > 0 broken.
  explicit BalancedLoads(const RoutingShape&);

  // Loads [E] in units of their mean; a pure function of the shape and the
  // number of the batch. Where experts get 24 tokens or more, loads are not
  // whole counts but follow the same law to the third moment.
  [[nodiscard]] std::vector<double> draw(uint64_t batch) const;

 private:
  size_t experts_;
  std::function<void(Draws&, std::vector<double>& load_E)> draw_;
};

}  // namespace moestro
MOESTRO_API_END
