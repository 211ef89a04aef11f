// SPDX-License-Identifier: Apache-2.0
// Quantile balancing is coordinate descent on the dual of the assignment
// problem: given the token thresholds alpha, the best bias of one expert is the
// one that just T k / E tokens pass.
#include "moestro/plan/quantile.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "moestro/base/error.h"

namespace moestro {

double value_at_rank(std::vector<double> values, int64_t rank) {
  require(
      rank >= 0 && rank < static_cast<int64_t>(values.size()),
      "[value_at_rank] 0 <= rank < number of values");
  if (std::ranges::any_of(values, [](double v) { return std::isnan(v); })) {
    fail_data("a value to select from is NaN");
  }
  const auto at = values.begin() + rank;
  std::ranges::nth_element(values, at);
  return *at;
}

Histogram::Histogram(double low, double high, int64_t bins)
    : low_(low),
      high_(high),
      counts_(static_cast<size_t>(std::max<int64_t>(bins, 0))) {
  require(
      bins >= 1 && std::isfinite(low) && std::isfinite(high) && low < high,
      "[Histogram] at least one bin, low < high, both finite");
}

Histogram::Histogram(double low, double high, std::vector<int64_t> counts)
    : Histogram(low, high, std::ssize(counts)) {
  counts_ = std::move(counts);
  count_ = std::accumulate(counts_.begin(), counts_.end(), int64_t{0});
}

void Histogram::add(double value) {
  if (std::isnan(value)) {
    fail_data("a value to count is NaN");
  }
  ++count_;
  if (value < low_) {
    ++below_;
  } else if (value >= high_) {
    ++above_;
  } else {
    const auto bin = static_cast<size_t>((value - low_) / bin_width());
    ++counts_[std::min(bin, counts_.size() - 1)];
  }
}

void Histogram::merge(const Histogram& other) {
  require(
      low_ == other.low_ && high_ == other.high_ &&
          counts_.size() == other.counts_.size(),
      "[Histogram] merge needs equal ranges and bins");
  count_ += other.count_;
  below_ += other.below_;
  above_ += other.above_;
  std::ranges::transform(
      counts_, other.counts_, counts_.begin(), std::plus<>());
}

double Histogram::value_at_rank(int64_t rank) const {
  require(
      rank >= 0 && rank < count_, "[Histogram] 0 <= rank < number of values");
  int64_t before = below_;
  if (rank < before) {
    return low_;
  }
  for (size_t bin = 0; bin < counts_.size(); ++bin) {
    if (rank < before + counts_[bin]) {
      const double inside = (static_cast<double>(rank - before) + 0.5) /
                            static_cast<double>(counts_[bin]);
      return low_ + (static_cast<double>(bin) + inside) * bin_width();
    }
    before += counts_[bin];
  }
  return high_;
}

std::vector<double> quantile_balance_step(
    std::span<const double> scores_TE,
    std::span<const double> bias_E,
    int64_t top_k) {
  const auto E = bias_E.size();
  const auto K = static_cast<size_t>(top_k);
  require(
      top_k >= 1 && K < E && !scores_TE.empty() && scores_TE.size() % E == 0,
      "[quantile_balance_step] scores [T, E] with T >= 1 and 1 <= k < E");
  const auto T = scores_TE.size() / E;
  std::vector<double> alpha_T(T), values_E(E), next_E(E);
  for (size_t t = 0; t < T; ++t) {
    std::ranges::transform(
        scores_TE.subspan(t * E, E), bias_E, values_E.begin(), std::plus<>());
    // (k+1)-th largest = rank E - 1 - k from below.
    alpha_T[t] = value_at_rank(values_E, static_cast<int64_t>(E - 1 - K));
  }
  std::vector<double> lacking_T(T);
  for (size_t e = 0; e < E; ++e) {
    for (size_t t = 0; t < T; ++t) {
      lacking_T[t] = alpha_T[t] - scores_TE[t * E + e];
    }
    next_E[e] = value_at_rank(lacking_T, static_cast<int64_t>(T * K / E));
  }
  const double mean = std::accumulate(next_E.begin(), next_E.end(), 0.0) /
                      static_cast<double>(E);
  for (auto& bias : next_E) {
    bias -= mean;
  }
  return next_E;
}

}  // namespace moestro
