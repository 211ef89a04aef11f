// SPDX-License-Identifier: Apache-2.0
// Does one expert leave the others? Each expert's share is compared with the
// one it had, and its stray with how far all of them stray: a run in which
// loads wander by a fifth needs more to be news than one in which they stand
// still. What one expert does hardly moves the median over the experts, so the
// yardstick may go on learning while the baseline is frozen.
//
// d_e = ln(u_e / b_e), s = 1.4826 median_e |d_e| (the root mean square of the
// windows so far, or this window's if larger), z_e = d_e / (s max(1,
// b_e^-1/2)). Bonferroni over experts, layers and windows: valid however loads
// depend on each other in time. The quantile is Student's, since s is
// estimated.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

class ShareDrift {
 public:
  // Windows that the baseline takes.
  static constexpr int64_t kBaseline = 8;

  struct Stray {
    int32_t expert;
    double ratio;      // of its share to the one it had
    double threshold;  // of the ratio
  };
  // Shares in units of their mean; `chance` that a healthy layer strays so far
  // in this window. Nothing while the baseline is learned. The expert that is
  // furthest above its threshold, whether or not it is beyond.
  [[nodiscard]] std::optional<Stray> push(
      std::span<const double> share_E, double chance);
  void restart();
  [[nodiscard]] bool is_learning() const {
    return std::ssize(first_) < kBaseline;
  }

 private:
  [[nodiscard]] std::vector<double> strays(std::span<const double>) const;
  void learn(std::span<const double> share_E);

  std::vector<std::vector<double>> first_;  // ln shares of the baseline
  std::vector<double> base_E_;              // ln
  double squares_ = 0, windows_ = 0;        // of s
};

}  // namespace moestro
MOESTRO_API_END
