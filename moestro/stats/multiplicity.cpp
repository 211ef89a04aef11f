// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/multiplicity.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "moestro/base/error.h"
#include "moestro/stats/dispersion.h"
#include "moestro/stats/distribution.h"

namespace moestro {
namespace {

void check(std::span<const double> values, double alpha) {
  require(
      alpha > 0 && alpha < 1 &&
          std::ranges::none_of(
              values, [](double v) { return std::isnan(v); }),
      "[multiplicity] alpha is in (0, 1) and no value is NaN");
}

std::vector<size_t> ascending(std::span<const double> values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, {}, [&](size_t i) { return values[i]; });
  return order;
}

void check_trials(double hits, double trials, double level) {
  require(
      hits >= 0 && hits <= trials && trials > 0 && level > 0 && level < 1,
      "[interval] 0 <= hits <= trials, trials > 0, a level in (0, 1)");
}

// One-sided exact bounds, each missed with a chance of at most alpha.
double lower_bound(double hits, double trials, double alpha) {
  return hits > 0 ? beta_quantile(alpha, hits, trials - hits + 1) : 0;
}
double upper_bound(double hits, double trials, double alpha) {
  return hits < trials ? beta_quantile(1 - alpha, hits + 1, trials - hits) : 1;
}

}  // namespace

std::vector<bool> bonferroni(std::span<const double> p, double alpha) {
  check(p, alpha);
  std::vector<bool> refused;
  for (const double value : p) {
    refused.push_back(value * static_cast<double>(p.size()) <= alpha);
  }
  return refused;
}

std::vector<bool> holm(std::span<const double> p, double alpha) {
  check(p, alpha);
  std::vector<bool> refused(p.size());
  auto left = static_cast<double>(p.size());
  for (const auto i : ascending(p)) {
    if (p[i] * left > alpha) {
      break;
    }
    refused[i] = true;
    --left;
  }
  return refused;
}

std::vector<bool> e_benjamini_hochberg(
    std::span<const double> log_e, double alpha) {
  check(log_e, alpha);
  auto order = ascending(log_e);
  std::ranges::reverse(order);
  const auto all = static_cast<double>(log_e.size());
  size_t count = 0;
  for (size_t r = 1; r <= order.size(); ++r) {
    const double needed = std::log(all / (alpha * static_cast<double>(r)));
    count = log_e[order[r - 1]] >= needed ? r : count;
  }
  std::vector<bool> refused(log_e.size());
  for (size_t r = 0; r < count; ++r) {
    refused[order[r]] = true;
  }
  return refused;
}

Interval wilson(double hits, double trials, double confidence) {
  check_trials(hits, trials, confidence);
  const double z = normal_quantile((1 + confidence) / 2);
  const double p = hits / trials;
  const double shrink = 1 + z * z / trials;
  const double centre = (p + z * z / (2 * trials)) / shrink;
  const double half =
      z / shrink *
      std::sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials));
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

Interval clopper_pearson(double hits, double trials, double confidence) {
  check_trials(hits, trials, confidence);
  const double alpha = (1 - confidence) / 2;
  return {lower_bound(hits, trials, alpha), upper_bound(hits, trials, alpha)};
}

Interval mean_wait(int64_t events, double steps, double confidence) {
  require(
      events >= 0 && steps > 0 && confidence > 0 && confidence < 1,
      "[interval] events, steps > 0, a confidence in (0, 1)");
  const double alpha = (1 - confidence) / 2;
  const auto n = static_cast<double>(events);
  const double most = chi_square_tail_quantile(alpha, 2 * n + 2) / 2;
  if (events == 0) {
    return {steps / most, std::numeric_limits<double>::infinity()};
  }
  const double least = chi_square_tail_quantile(1 - alpha, 2 * n) / 2;
  return {steps / most, steps / least};
}

Interval max_vio_bounds(
    std::span<const int64_t> demand_E,
    int64_t tokens,
    int64_t top_k,
    double phi,
    double alpha) {
  const auto E = static_cast<double>(demand_E.size());
  require(
      tokens > 0 && top_k >= 1 && static_cast<double>(top_k) < E && alpha > 0 &&
          alpha < 1,
      "[max-vio] tokens > 0, 1 <= K < E, alpha in (0, 1)");
  const double trials = effective_tokens(static_cast<double>(tokens), phi);
  Interval share{0, 0};
  for (const auto demand : demand_E) {
    const double hits = effective_tokens(static_cast<double>(demand), phi);
    check_trials(hits, trials, alpha);
    share.low = std::max(share.low, lower_bound(hits, trials, alpha / E));
    share.high = std::max(share.high, upper_bound(hits, trials, alpha));
  }
  const double fair = static_cast<double>(top_k) / E;
  return {std::max(0.0, share.low / fair - 1), share.high / fair - 1};
}

}  // namespace moestro
