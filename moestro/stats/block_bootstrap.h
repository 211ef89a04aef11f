// SPDX-License-Identifier: Apache-2.0
// Run lengths assume independent N(0, 1) input. A run's own healthy window
// tells how far that is from the truth.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/stats/multiplicity.h"
#include "moestro/stats/run_length.h"

MOESTRO_API_BEGIN
namespace moestro {

struct Resampling {
  // Mean length of the blocks that are kept in order (Politis and Romano 1994:
  // geometric, on a circle); longer than what autocorrelation is left.
  double block = 50;
  int64_t steps = 1'000'000;
  uint64_t seed = 0;
};

struct SeenRunLength {
  double steps;  // between false alarms; all steps where there was none
  int64_t alarms;
  Interval range;  // 95 %, as alarms come like radioactive decay
};

// Steps between false alarms of a chart that is fed resampled residuals and
// restarts after every alarm. ContractError: fewer than 20 residuals, one that
// is not finite, block below 1, no steps.
[[nodiscard]] SeenRunLength bootstrap_run_length(
    std::span<const double> residuals,
    const CusumDesign& design,
    const Resampling& how);

// A threshold that reaches `false_alarm_steps` on these residuals: that of the
// theory, scaled up by what the bootstrap finds missing at the longest run
// length that `how.steps` can see a hundred times. Never below the theory's;
// infinite for residuals that drift by more than k, which no threshold keeps
// quiet. ContractError: as above and as cusum_threshold.
[[nodiscard]] double verified_threshold(
    std::span<const double> residuals,
    double k,
    double false_alarm_steps,
    const Resampling& how);

}  // namespace moestro
MOESTRO_API_END
