// SPDX-License-Identifier: Apache-2.0
// The exact count of who asked for what: integers, each real token once.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/ops/part.h"

MOESTRO_API_BEGIN
namespace moestro {

// One pass of one layer, or a sum of them. dropped = demand - kept.
struct Count {
  int64_t tokens = 0;                        // valid ones
  std::vector<int64_t> demand, kept, first;  // [E]

  [[nodiscard]] std::vector<int64_t> dropped() const;
  void add(const Count&);
};

// Training passes are kept by (step, micro-batch, layer, routing), so that
// recomputation and the first pass of exact counts overwrite; the step's end
// clears them. Evaluation has a running sum of its own, which nothing in
// training reads. Not safe to share between threads.
class Ledger {
 public:
  // `routing` tells the routings of one layer apart; "" when it has one.
  // Throws when the pass violates conservation.
  void enter(
      const Routing&, const RouteContext&, std::string_view routing = {});

  // One step's micro-batches of one layer, summed; zeros where nothing was
  // entered.
  [[nodiscard]] Count trained(
      int64_t step, int32_t layer, std::string_view routing = {}) const;
  [[nodiscard]] Totals totals(
      int64_t step, int32_t layer, std::string_view routing = {}) const;
  [[nodiscard]] Count evaluated(
      int32_t layer, std::string_view routing = {}) const;

  // The sums with demand_SE and first_SE as a loss of that scope reads them:
  // kBuffer over the micro-batches up to this one, kExact over all of the step.
  // In evaluation every scope is the forward itself.
  [[nodiscard]] Sums with_scope(
      Sums, Scope, const RouteContext&, std::string_view routing = {}) const;

  void end_step() { passes_.clear(); }
  void end_evaluation() { evaluated_.clear(); }
  // Passes held: flat over a run.
  [[nodiscard]] size_t size() const {
    return passes_.size() + evaluated_.size();
  }

 private:
  // Micro-batch last, so that a layer's micro-batches lie next to each other.
  using Key = std::tuple<int64_t, int32_t, std::string, int32_t>;
  using LayerKey = std::pair<int32_t, std::string>;

  [[nodiscard]] Count sum(
      const LayerKey& layer, int64_t step, int32_t last_micro) const;

  std::map<Key, Count> passes_;
  std::map<LayerKey, Count> evaluated_;
};

}  // namespace moestro
MOESTRO_API_END
