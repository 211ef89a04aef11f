// SPDX-License-Identifier: Apache-2.0
// The exact count of who asked for what: integers, each real token once.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/ops/part.h"
#include "moestro/tensor/transfer.h"

MOESTRO_API_BEGIN
namespace moestro {

// What one routing of one training pass leaves behind: counts and sums without
// gradient; first on the device, after `settle` on the host (double).
struct RoutedPass {
  Moment at;
  Routing routing;  // demand_E and offset_E1 of the pairs, and the sums
  Tensor scores_TE, lacking_EB;  // undefined unless a controller wants them
  int64_t promised_k = 0;        // demand of every valid token; 0 = none
};

// Training passes of one step by (layer, routing, micro-batch), so that
// recomputation and the first pass of exact counts overwrite. Nothing is read
// back to the host before `settle`, and then all at once. Not safe to share
// between threads.
class Ledger {
 public:
  // (layer, routing): the routings of one layer have names.
  using Place = std::pair<int32_t, std::string>;

  // What a controller of this routing wants beyond demand.
  void want(const Place&, Statistic);

  // Evaluation passes are no business of the ledger: [ledger] error.
  void enter(
      const Routing&, const RouteContext&, std::string_view routing = {});

  // The sums with demand_SE and first_SE as a loss of that scope reads them:
  // kBuffer over the micro-batches up to this one, kExact over all of the step.
  // In evaluation every scope is the forward itself.
  [[nodiscard]] Sums with_scope(
      Sums, Scope, const RouteContext&, std::string_view routing = {}) const;

  // The step's passes ride in a transfer; settle reads them from it and throws
  // when one violates conservation.
  void add_to(Transfer&);
  void settle(const Transfer&);

  // After settle: one step's micro-batches of one routing, summed; zeros where
  // nothing was entered.
  [[nodiscard]] Totals totals(
      int32_t layer, std::string_view routing = {}) const;
  // By layer, routing and micro-batch.
  using Key = std::tuple<int32_t, std::string, int32_t>;
  [[nodiscard]] const std::map<Key, RoutedPass>& passes() const {
    return passes_;
  }

  void end_step() { passes_.clear(); }

 private:
  [[nodiscard]] RoutedPass pass_of(
      const Routing&, const RouteContext&, Statistic) const;

  std::map<Key, RoutedPass> passes_;
  std::map<Place, Statistic> wanted_;
  std::vector<size_t> places_;  // of the passes' tensors in the transfer
};

}  // namespace moestro
MOESTRO_API_END
