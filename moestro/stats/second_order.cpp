// SPDX-License-Identifier: Apache-2.0
#include "moestro/stats/second_order.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/Core>

#include "moestro/stats/dispersion.h"
#include "moestro/stats/distribution.h"
#include "moestro/stats/null.h"
#include "moestro/stats/sequence_counts.h"

namespace moestro {
namespace {

constexpr auto kUnknown = std::numeric_limits<double>::quiet_NaN();

// The smaller of Z Z' and Z' Z: both have the same traces.
Eigen::MatrixXd gram_matrix(const SequenceCounts& counts, Eigen::Index rows) {
  Eigen::MatrixXd gap_SE(rows, static_cast<Eigen::Index>(counts.experts()));
  for (Eigen::Index e = 0; e < gap_SE.cols(); ++e) {
    const auto column = static_cast<size_t>(e);
    const double q = counts.share(column);
    for (Eigen::Index s = 0; s < rows; ++s) {
      gap_SE(s, e) = counts.gap(static_cast<size_t>(s), column, q);
    }
  }
  return rows < gap_SE.cols() ? Eigen::MatrixXd(gap_SE * gap_SE.transpose())
                              : Eigen::MatrixXd(gap_SE.transpose() * gap_SE);
}

// (tr C)^2 / tr C^2, from n C-hat of n degrees of freedom.
double freedom_of(const Eigen::MatrixXd& gram, double n, double most) {
  const double trace = gram.trace() / n;
  const double squares = gram.squaredNorm() / (n * n);
  // E[tr C-hat^2] = tr C^2 (1 + 1/n) + (tr C)^2 / n for normal samples.
  const double unbiased =
      n < 2 ? 0 : n * n / ((n - 1) * (n + 2)) * (squares - trace * trace / n);
  return unbiased > 0 ? std::clamp(trace * trace / unbiased, 1.0, most) : most;
}

double varying(const SequenceCounts& counts, double fair) {
  double sum = 0;
  for (size_t e = 0; e < counts.experts(); ++e) {
    const double q = counts.share(e);
    sum += std::min(1.0, q * (1 - q) / (fair * (1 - fair)));
  }
  return sum;
}

}  // namespace

SequenceSpread sequence_spread(
    std::span<const int64_t> demand_SE,
    std::span<const int64_t> tokens_S,
    int64_t top_k) {
  const double phi = balanced_dispersion(demand_SE, tokens_S, top_k);
  if (std::isnan(phi)) {
    return {kUnknown, kUnknown, kUnknown, kUnknown, false};
  }
  const SequenceCounts counts(demand_SE, tokens_S);
  const auto E = static_cast<double>(counts.experts());
  const double n = counts.sequences() - 1;
  const double freedom = freedom_of(
      gram_matrix(counts, static_cast<Eigen::Index>(tokens_S.size())),
      n,
      E - 1);
  const double vary = varying(counts, static_cast<double>(top_k) / E);
  return {phi, freedom, freedom * n, vary, vary < E / 4};
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
  both.phi_freedom = all;
  return both;
}

double balance_p_value(
    std::span<const int64_t> demand_E,
    int64_t top_k,
    const SequenceSpread& spread) {
  const auto E = static_cast<double>(demand_E.size());
  const double ratio =
      balance_statistic(demand_E, top_k) / (E - 1) / spread.phi;
  return std::isnan(ratio) || spread.phi <= 0
             ? kUnknown
             : f_tail(ratio, spread.freedom, spread.phi_freedom);
}

}  // namespace moestro
