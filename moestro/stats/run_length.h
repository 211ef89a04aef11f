// SPDX-License-Identifier: Apache-2.0
// How long a control chart runs before it raises an alarm, on average, when its
// input is independent N(shift, 1). Steps.
#pragma once

#include <cmath>
#include <cstdint>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// One-sided CUSUM S <- max(0, S + x - k), alarm when S > h, from S = 0.
struct CusumDesign {
  double k = 0.5;  // half the shift it is made for, > 0
  double h = 5;    // threshold, > 0
};

// By the integral equation of Page (1954), Gauss-Legendre in panels: exact to
// about seven digits for run lengths up to 1e9. With a shift this is the delay
// of detection from S = 0. ContractError: k, h not positive and finite.
[[nodiscard]] double run_length(const CusumDesign&, double shift = 0);

// The same by a Markov chain of `states` states (Brook and Evans 1972), an
// independent check.
[[nodiscard]] double run_length_by_chain(
    const CusumDesign&, double shift = 0, int64_t states = 400);

// The threshold h for a run length between false alarms: at most 1e10, and more
// than 1 / P(x > k), what a threshold of 0 gives.
[[nodiscard]] double cusum_threshold(double k, double false_alarm_steps);

// Two-sided EWMA Z <- (1 - lambda) Z + lambda x from 0, alarm when |Z| exceeds
// limit * sqrt(lambda / (2 - lambda)).
struct EwmaDesign {
  double lambda = 0.05;  // in (0, 1]
  double limit = 3;      // > 0

  // Of |Z|: limit in units of its standard deviation after many steps.
  [[nodiscard]] double bound() const {
    return limit * std::sqrt(lambda / (2 - lambda));
  }
};

// Integral equation of Crowder (1987). ContractError: as above.
[[nodiscard]] double run_length(const EwmaDesign&, double shift = 0);
// As cusum_threshold; steps from 2 to 1e10.
[[nodiscard]] double ewma_limit(double lambda, double false_alarm_steps);

}  // namespace moestro
MOESTRO_API_END
