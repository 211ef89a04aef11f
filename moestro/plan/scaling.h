// SPDX-License-Identifier: Apache-2.0
// The passes of Sinkhorn's algorithm over the scores. Not public.
#pragma once

#include <span>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// Scales columns so that rows sum to row_sum. In logarithms where it matters:
// scales that leave the range in which products are safe are absorbed into the
// exponents (Schmitzer, arXiv 1610.06519), and a pass in between needs no
// exponential.
class Scaling {
 public:
  // Checked scores [T, E], which must stay, and targets of the columns [E].
  Scaling(
      std::span<const float> scores_TE,
      std::span<const double> column_E,
      double row_sum,
      double temperature);

  // The worst relative error of a column sum at the present scales.
  [[nodiscard]] double pass();
  // After a pass: what would make its columns right.
  void rescale();

  [[nodiscard]] std::vector<float> plan() const;  // of the last pass, [T, E]
  [[nodiscard]] std::vector<double> log_scales() const;

 private:
  void absorb(std::span<const double> scales_E);

  size_t E_, T_, width_;
  float row_sum_, unit_;
  std::span<const float> scores_TE_;
  std::vector<float> kernel_;     // [T, width]
  std::vector<float> absorbed_;   // [width], logarithms
  std::vector<float> scales_;     // [width], on top of these
  std::vector<float> factors_T_;  // of rows
  std::vector<double> target_E_, sums_E_;
};

}  // namespace moestro
MOESTRO_API_END
