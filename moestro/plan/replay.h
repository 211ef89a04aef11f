// SPDX-License-Identifier: Apache-2.0
// What a placement would have done, step by step: averages hide the batches
// that a cluster waits for.
#pragma once

#include <span>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/plan/placement.h"

MOESTRO_API_BEGIN
namespace moestro {

struct Replay {
  std::vector<double> peak_N;  // max / mean device load of every step
  double peak_of_average = 1;  // of the summed loads: what planners look at
  double mean_peak = 1;        // of peak_N: what a run pays

  // The peak that a share q of the steps stays within, q in [0, 1].
  [[nodiscard]] double quantile(double q) const;
};

// Loads of one layer, [steps][E] row-major, under the placement `expert_S` on
// `devices` devices. A step without load counts as 1.
// DataError: no step, loads and slots as finish_placement.
[[nodiscard]] Replay replay(
    std::span<const double> load_NE,
    std::span<const int32_t> expert_S,
    int64_t experts,
    int64_t devices);

}  // namespace moestro
MOESTRO_API_END
