// SPDX-License-Identifier: Apache-2.0
// Charts that are fed one standardised value a step.
#pragma once

#include <vector>

#include "moestro/base/api.h"
#include "moestro/stats/run_length.h"

MOESTRO_API_BEGIN
namespace moestro {

// One-sided CUSUM for upward shifts; feed -x for downward ones.
class Cusum {
 public:
  explicit Cusum(const CusumDesign& design) : design_(design) {}

  // True when the sum is above the threshold. A NaN changes nothing.
  bool push(double x);
  void restart() { sum_ = 0; }
  [[nodiscard]] double sum() const { return sum_; }
  [[nodiscard]] const CusumDesign& design() const { return design_; }

 private:
  CusumDesign design_;
  double sum_ = 0;
};

// Two CUSUMs, k = 0.25 for slow drifts and k = 1 for jumps. Each has twice the
// steps between false alarms, so that both together have at least as many as
// asked for.
class CusumBank {
 public:
  explicit CusumBank(double false_alarm_steps);

  bool push(double x);
  void restart();
  [[nodiscard]] const std::vector<Cusum>& charts() const { return charts_; }

 private:
  std::vector<Cusum> charts_;
};

// Two-sided EWMA: Z <- (1 - lambda) Z + lambda x, from 0.
class Ewma {
 public:
  explicit Ewma(const EwmaDesign& design);

  // True when |Z| is above the limit. A NaN changes nothing.
  bool push(double x);
  void restart() { mean_ = 0; }
  [[nodiscard]] double mean() const { return mean_; }
  [[nodiscard]] const EwmaDesign& design() const { return design_; }

 private:
  EwmaDesign design_;
  double mean_ = 0;
};

// Cumulated log-likelihood ratio of counts, for "the share of this expert went
// from `healthy` to `wanted`": n of m tokens, divided by the dispersion phi.
// Steps between false alarms are at least e^threshold (Lorden 1971) where
// dividing by phi makes counts behave like independent ones.
class CountCusum {
 public:
  // Shares in (0, 1), different. ContractError otherwise.
  CountCusum(double healthy, double wanted, double false_alarm_steps);

  // phi >= 1 is usual; NaN or less than 1 counts as 1.
  bool push(double hits, double tokens, double phi);
  // Steps until the alarm once the share is `wanted`, with so many tokens a
  // step: threshold over the mean gain, exact for long delays.
  [[nodiscard]] double delay(double tokens, double phi) const;
  [[nodiscard]] double sum() const { return sum_; }
  [[nodiscard]] double threshold() const { return threshold_; }

 private:
  double wanted_, gain_hit_, gain_miss_, threshold_;
  double sum_ = 0;
};

}  // namespace moestro
MOESTRO_API_END
