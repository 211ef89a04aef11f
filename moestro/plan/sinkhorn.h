// SPDX-License-Identifier: Apache-2.0
// Soft balanced assignment by alternating scaling.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

struct SinkhornOptions {
  double temperature = 1;   // of the scores; towards 0 the plan gets hard
  double tolerance = 1e-3;  // on a column sum, relative to its target
  int64_t max_iterations = 200;
};

struct SoftAssignment {
  std::vector<float> plan_TE;       // every row sums to the row sum asked for
  std::vector<double> log_scale_E;  // g: plan ~ exp(score / temperature + g)
  int64_t iterations = 0;           // passes over the scores
  double residual = 0;              // max |column sum / target - 1|
  bool converged = false;
};

// The plan X of largest sum (x s) + temperature * entropy(X) whose rows sum to
// `row_sum` (k experts a token) and whose columns to column_E, which are scaled
// to the same total (Cuturi, arXiv 1306.0895; for routing: arXiv 2103.16716
// section 7, 2202.01169). Entries may exceed 1 where row_sum does.
//
// scores_TE: [T, E] row-major, natural units, -inf forbids. In the log domain
// where products would overflow, so every temperature works; entries below
// exp(-87) of a row's largest count as that. Instruction sets differ in the
// last bits.
// DataError: NaN or +inf, a score over the temperature beyond 1e30, a
// token or a wanted expert with every pair forbidden, targets that are
// negative, not finite or all 0, a temperature that is not positive.
[[nodiscard]] SoftAssignment sinkhorn(
    std::span<const float> scores_TE,
    std::span<const double> column_E,
    double row_sum,
    const SinkhornOptions& = {});

}  // namespace moestro
MOESTRO_API_END
