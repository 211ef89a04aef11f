// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/whitening.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "moestro/base/error.h"
#include "moestro/stats/mean.h"
#include "moestro/stats/robust.h"

namespace moestro {
namespace {

void check(std::span<const double> values, size_t least) {
  require(
      values.size() >= least &&
          std::ranges::all_of(
              values, [](double v) { return std::isfinite(v); }),
      "[whitening] too few values, or one is not finite");
}

// Without the outliers' say.
std::vector<double> winsorised(std::span<const double> values) {
  constexpr double kFar = 5;
  const double level = median({values.begin(), values.end()});
  const double far = kFar * robust_scale(values);
  require(far > 0, "[whitening] half of the values are equal: no scale");
  std::vector<double> near(values.begin(), values.end());
  for (auto& x : near) {
    x = std::clamp(x - level, -far, far);
  }
  return near;
}

double autocovariance(std::span<const double> centred, size_t lag) {
  double sum = 0;
  for (size_t t = lag; t < centred.size(); ++t) {
    sum += centred[t] * centred[t - lag];
  }
  return sum / static_cast<double>(centred.size());
}

// One order more: the coefficients grow and change, the variance of the noise
// shrinks.
struct Levinson {
  std::vector<double> coefficients;
  double variance;

  void raise(std::span<const double> centred) {
    const auto order = coefficients.size();
    double left = autocovariance(centred, order + 1);
    for (size_t i = 0; i < order; ++i) {
      left -= coefficients[i] * autocovariance(centred, order - i);
    }
    const double reflection = left / variance;
    const auto before = coefficients;
    for (size_t i = 0; i < order; ++i) {
      coefficients[i] -= reflection * before[order - 1 - i];
    }
    coefficients.push_back(reflection);
    variance *= 1 - reflection * reflection;
  }
};

}  // namespace

Autoregression fit_autoregression(
    std::span<const double> healthy, int64_t order) {
  require(
      order >= 0 && 3 * order < static_cast<int64_t>(healthy.size()),
      "[whitening] an order is at most a third of the window");
  const auto centred = winsorised(healthy);
  Levinson fit{{}, autocovariance(centred, 0)};
  for (int64_t p = 0; p < order; ++p) {
    fit.raise(centred);
  }
  Autoregression model{
      median({healthy.begin(), healthy.end()}), fit.coefficients, 1};
  model.scale = robust_scale(whitened(model, healthy));
  require(
      model.scale > 0, "[whitening] half of the values are equal: no scale");
  return model;
}

int64_t best_order(std::span<const double> healthy, int64_t most) {
  require(
      most >= 0 && 3 * most < static_cast<int64_t>(healthy.size()),
      "[whitening] an order is at most a third of the window");
  const auto centred = winsorised(healthy);
  const auto n = static_cast<double>(healthy.size());
  Levinson fit{{}, autocovariance(centred, 0)};
  int64_t best = 0;
  double least = n * std::log(fit.variance);
  for (int64_t p = 1; p <= most; ++p) {
    fit.raise(centred);
    const double aic = n * std::log(fit.variance) + 2 * static_cast<double>(p);
    best = aic < least ? p : best;
    least = std::min(least, aic);
  }
  return best;
}

Whitener::Whitener(Autoregression model) : model_(std::move(model)) {
  require(model_.scale > 0, "[whitening] a scale is positive");
}

double Whitener::push(double x) {
  const double centred = x - model_.level;
  const auto order = model_.coefficients.size();
  const bool ready = last_.size() == order && std::isfinite(x);
  const double noise = ready ? centred - std::inner_product(
                                             last_.begin(),
                                             last_.end(),
                                             model_.coefficients.begin(),
                                             0.0)
                             : std::numeric_limits<double>::quiet_NaN();
  if (!std::isfinite(x)) {
    last_.clear();
  } else if (order > 0) {
    last_.insert(last_.begin(), centred);
    last_.resize(std::min(last_.size(), order));
  }
  return noise / model_.scale;
}

std::vector<double> whitened(
    const Autoregression& model, std::span<const double> series) {
  Whitener whitener(model);
  std::vector<double> residuals;
  residuals.reserve(series.size());
  for (const double x : series) {
    if (const double r = whitener.push(x); !std::isnan(r)) {
      residuals.push_back(r);
    }
  }
  return residuals;
}

double long_run_variance(std::span<const double> series) {
  check(series, 2);
  const auto n = static_cast<double>(series.size());
  const auto gap = centred(series);
  const double variance = autocovariance(gap, 0);
  if (variance <= 0) {
    return 0;
  }
  const double rho = std::clamp(autocovariance(gap, 1) / variance, -0.97, 0.97);
  const double alpha = 2 * rho / (1 - rho * rho);
  const double width = 1.1447 * std::cbrt(alpha * alpha * n);
  double sum = variance;
  for (size_t lag = 1; static_cast<double>(lag) < width + 1 && lag < gap.size();
       ++lag) {
    const double weight = 1 - static_cast<double>(lag) / (width + 1);
    sum += 2 * weight * autocovariance(gap, lag);
  }
  return std::max(0.0, sum);
}

}  // namespace moestro
