// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/second_order.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/LU>

#include "moestro/stats/dispersion.h"
#include "moestro/stats/distribution.h"
#include "moestro/stats/null.h"

namespace moestro {
namespace {

constexpr auto kUnknown = std::numeric_limits<double>::quiet_NaN();

// Sums of the eigenvalues of C, of their squares and of their cubes.
struct PowerSums {
  double first, second, third;
};

// Unbiased, from W = Z' Z with n degrees of freedom: W is a Wishart matrix and
// E[tr W^2] = (n^2 + n) s2 + n s1^2,
// E[tr W^3] = (n^3 + 3 n^2 + 4 n) s3 + 3 (n^2 + n) s1 s2 + n s1^3,
// E[tr W tr W^2] = 4 (n^2 + n) s3 + (n^3 + n^2 + 4 n) s1 s2 + n^2 s1^3,
// E[(tr W)^3] = 8 n s3 + 6 n^2 s1 s2 + n^3 s1^3, solved for the s.
PowerSums power_sums(const SequenceView& counts, double n) {
  double t1 = 0;
  for (size_t e = 0; e < counts.experts(); ++e) {
    t1 += counts.spread(e);
  }
  const double t2 = counts.sums.traces[0];
  const double t3 = counts.sums.traces[1];
  const double s2 = (t2 - t1 * t1 / n) / ((n - 1) * (n + 2));
  Eigen::Matrix3d moments;
  moments << n * (n * n + 3 * n + 4), 3 * n * (n + 1), n,  //
      4 * n * (n + 1), n * (n * n + n + 4), n * n,         //
      8 * n, 6 * n * n, n * n * n;
  const Eigen::Vector3d seen(t3, t1 * t2, t1 * t1 * t1);
  return {t1 / n, s2, moments.partialPivLu().solve(seen)(0)};
}

// A sum that noise made too small means weights that are all alike.
void set_freedom(SequenceSpread& spread, const PowerSums& s, double most) {
  const auto of = [](double seen, double limit) {
    return seen > 0 && seen < limit ? std::max(1.0, seen) : limit;
  };
  spread.freedom = of(s.first * s.first / s.second, most);
  spread.skew_freedom = of(
      s.third > 0 ? s.second * s.second * s.second / (s.third * s.third) : most,
      spread.freedom);
}

double varying(const SequenceView& counts, double fair) {
  double sum = 0;
  for (size_t e = 0; e < counts.experts(); ++e) {
    const double q = counts.share(e);
    sum += std::min(1.0, q * (1 - q) / (fair * (1 - fair)));
  }
  return sum;
}

}  // namespace

SequenceSpread sequence_spread(const SequenceView& counts, int64_t top_k) {
  const double phi = balanced_dispersion(counts, top_k);
  if (std::isnan(phi)) {
    return {kUnknown, kUnknown, kUnknown, kUnknown, kUnknown, false};
  }
  const auto E = static_cast<double>(counts.experts());
  const double n = counts.sequences() - 1;
  const double vary = varying(counts, static_cast<double>(top_k) / E);
  SequenceSpread spread{phi, E - 1, E - 1, 0, vary, vary < E / 4};
  if (n > 2 && !counts.sums.traces.empty()) {
    set_freedom(spread, power_sums(counts, n), E - 1);
  }
  spread.phi_freedom = spread.freedom * n;
  return spread;
}

SequenceSpread shrink(const SequenceSpread& seen, const SequenceSpread& prior) {
  if (std::isnan(seen.phi) || std::isnan(prior.phi)) {
    return std::isnan(seen.phi) ? prior : seen;
  }
  const double all = seen.phi_freedom + prior.phi_freedom;
  const auto pooled = [&](double a, double b) {
    return (a * seen.phi_freedom + b * prior.phi_freedom) / all;
  };
  auto both = seen;
  both.phi = pooled(seen.phi, prior.phi);
  both.freedom = pooled(seen.freedom, prior.freedom);
  both.skew_freedom = pooled(seen.skew_freedom, prior.skew_freedom);
  both.phi_freedom = all;
  return both;
}

double balance_p_value(
    std::span<const int64_t> demand_E,
    int64_t top_k,
    const SequenceSpread& spread) {
  const auto E = static_cast<double>(demand_E.size());
  const double statistic = balance_statistic(demand_E, top_k);
  if (std::isnan(statistic) || std::isnan(spread.phi)) {
    return kUnknown;
  }
  if (spread.phi <= 0 || statistic == 0) {
    return statistic > 0 ? 0 : 1;
  }
  const double ratio = statistic / (E - 1) / spread.phi;
  // The chi-square with the same skewness, in units of its mean; the error of
  // phi stretches it as much as it stretches the ratio.
  const double stretch = std::sqrt(spread.freedom / spread.skew_freedom);
  const double u = 1 + (ratio - 1) * stretch;
  const double relative = u / (ratio * stretch);
  return u > 0 ? f_tail(
                     u,
                     spread.skew_freedom,
                     spread.phi_freedom * relative * relative)
               : 1;
}

}  // namespace moestro
