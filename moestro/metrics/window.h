// SPDX-License-Identifier: Apache-2.0
// The balance of a layer over its last recorded steps: what the report card
// and the doctor judge.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/metrics/metric.h"
#include "moestro/record/store.h"

MOESTRO_API_BEGIN
namespace moestro {

// Means over the steps of the value of each step; NaN where no step has it.
struct BalanceWindow {
  int64_t steps = 0;
  double max_vio = 0, floor = 0, dispersion = 0;
  double effective_experts = 0, min_load = 0, drop_rate = 0;
  // Experts whose load, summed over the steps, is below 5 % of the mean.
  int64_t dead_experts = 0;
  std::vector<double> load_E;  // mean load in units of the mean
};

[[nodiscard]] BalanceWindow balance_window(
    std::span<const LayerRecord> records, const MetricContext&);

// The last `steps` recorded steps of a layer; fewer when there are fewer.
[[nodiscard]] std::vector<LayerRecord> last_records(
    const RunReader&, int32_t layer, int64_t steps);

}  // namespace moestro
MOESTRO_API_END
