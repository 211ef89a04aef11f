// SPDX-License-Identifier: Apache-2.0
// Selection by quantile: the threshold that lets through a wanted number of
// values; exact, or from a histogram that batches and ranks can add up. And the
// step of quantile balancing that stands on it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// The value with exactly `rank` others before it in ascending order (0-based):
// with rank = how many shall pass below, `v < threshold` passes that many where
// no values tie. DataError for NaN; 0 <= rank < values.
[[nodiscard]] double value_at_rank(std::vector<double> values, int64_t rank);

// Counts of values in equal bins over [low, high); those outside are counted
// apart. Integers, so that merging is exact in any order.
class Histogram {
 public:
  Histogram(double low, double high, int64_t bins);
  // Counted elsewhere, all within the range.
  Histogram(double low, double high, std::vector<int64_t> counts);

  void add(double value);  // DataError for NaN
  // Histograms of the same range and bins.
  void merge(const Histogram&);

  [[nodiscard]] int64_t count() const { return count_; }
  [[nodiscard]] int64_t below() const { return below_; }
  [[nodiscard]] int64_t above() const { return above_; }
  [[nodiscard]] double bin_width() const { return (high_ - low_) / bins(); }
  // The value of that rank, interpolated in its bin: within one bin of
  // value_at_rank when the rank lies inside the range, else low or high.
  [[nodiscard]] double value_at_rank(int64_t rank) const;

 private:
  [[nodiscard]] double bins() const {
    return static_cast<double>(counts_.size());
  }

  double low_, high_;
  int64_t count_ = 0, below_ = 0, above_ = 0;
  std::vector<int64_t> counts_;
};

// One dual step of quantile balancing (Su 2026): with the token's threshold
// alpha_t = (k+1)-th largest of s_t + b, expert j's next bias is the value that
// T k / E tokens have alpha_t - s_tj below; the mean is taken out. [E].
// scores_TE [T, E] row-major; 1 <= k < E.
[[nodiscard]] std::vector<double> quantile_balance_step(
    std::span<const double> scores_TE,
    std::span<const double> bias_E,
    int64_t top_k);

}  // namespace moestro
MOESTRO_API_END
