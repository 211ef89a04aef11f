// SPDX-License-Identifier: Apache-2.0
// Charts want independent N(0, 1) input; a metric of a run is neither.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// x_t - level = sum_i coefficient_i (x_(t-i) - level) + scale * noise_t.
struct Autoregression {
  double level = 0;
  std::vector<double> coefficients;
  double scale = 1;  // of the noise, in units of x
};

// Yule-Walker by Durbin and Levinson, always stationary; the level is the
// median and the scale the robust one of the residuals, so that a few outliers
// in the window do not widen the alarm. Values beyond 5 robust scales from the
// median count as that far.
// ContractError: not 0 <= order < n / 3, values not finite, or half of them
// equal (then no scale exists).
[[nodiscard]] Autoregression fit_autoregression(
    std::span<const double> healthy, int64_t order);

// The order from 0 to `most` with the least AIC.
[[nodiscard]] int64_t best_order(std::span<const double> healthy, int64_t most);

// Turns a series into residuals of an autoregression that was fitted to its
// healthy window and then stays: a baseline that follows the series would
// absorb slow drifts.
class Whitener {
 public:
  explicit Whitener(Autoregression model);

  // The standardised residual; NaN until the order's worth of values was seen.
  // A value that is not finite gives NaN and starts that wait anew.
  double push(double x);
  [[nodiscard]] const Autoregression& model() const { return model_; }

 private:
  Autoregression model_;
  std::vector<double> last_;  // newest first, less the level
};

// Residuals of a whole series, NaN left out.
[[nodiscard]] std::vector<double> whitened(
    const Autoregression&, std::span<const double> series);

// Sum of all autocovariances: n times the variance of the mean of n values that
// follow each other. Bartlett's kernel (Newey and West 1987), bandwidth by
// Andrews (1991) for an autoregression of order 1. ContractError: fewer than
// two values, or not finite.
[[nodiscard]] double long_run_variance(std::span<const double> series);

}  // namespace moestro
MOESTRO_API_END
