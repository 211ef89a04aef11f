// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/sinkhorn.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "moestro/base/error.h"
#include "moestro/plan/scaling.h"

namespace moestro {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();

void check_targets(std::span<const double> column_E) {
  double total = 0;
  for (size_t e = 0; e < column_E.size(); ++e) {
    if (!(column_E[e] >= 0) || !std::isfinite(column_E[e])) {
      fail_data(
          "the target of expert " + std::to_string(e) +
          " must be finite and not negative");
    }
    total += column_E[e];
  }
  if (!(total > 0) || !std::isfinite(total)) {
    fail_data("the targets of all experts must have a positive, finite sum");
  }
}

constexpr double kMost = 1e30;  // of a score over the temperature: beyond,
                                // differences would overflow

void check_score(float s, double temperature, size_t t, size_t e) {
  const auto name = [=] {
    return "scores[" + std::to_string(t) + "][" + std::to_string(e) + "]";
  };
  if (std::isnan(s) || s == std::numeric_limits<float>::infinity()) {
    fail_data(name() + " is not a finite number (only -inf may forbid a pair)");
  }
  if (s != kNever && std::abs(s) / temperature > kMost) {
    fail_data(name() + " over the temperature is beyond 1e30; scale them");
  }
}

// Without forbidden pairs nothing can go wrong; by counting, which runs in
// vector registers.
bool all_permitted(std::span<const float> scores_TE, double temperature) {
  constexpr double kLargest = std::numeric_limits<float>::max();
  const auto limit =
      static_cast<float>(std::min(kMost * temperature, kLargest));
  int64_t odd = 0;
  for (const float s : scores_TE) {
    odd += std::abs(s) <= limit ? 0 : 1;
  }
  return odd == 0;
}

void check_pairs(
    std::span<const float> scores_TE,
    std::span<const double> column_E,
    double temperature) {
  if (all_permitted(scores_TE, temperature)) {
    return;
  }
  const auto E = column_E.size();
  std::vector<bool> permitted_E(E);
  for (size_t t = 0; t < scores_TE.size() / E; ++t) {
    bool any = false;
    for (size_t e = 0; e < E; ++e) {
      const float s = scores_TE[t * E + e];
      check_score(s, temperature, t, e);
      permitted_E[e] = s != kNever || permitted_E[e];
      any |= s != kNever && column_E[e] > 0;
    }
    if (!any) {
      fail_data("token " + std::to_string(t) + " may use no wanted expert");
    }
  }
  for (size_t e = 0; e < E; ++e) {
    if (!permitted_E[e] && column_E[e] > 0) {
      fail_data(
          "expert " + std::to_string(e) +
          " is wanted, but no token may use it");
    }
  }
}

}  // namespace

SoftAssignment sinkhorn(
    std::span<const float> scores_TE,
    std::span<const double> column_E,
    double row_sum,
    const SinkhornOptions& options) {
  if (column_E.empty() || scores_TE.empty() ||
      scores_TE.size() % column_E.size() != 0) {
    fail_data("scores must be [tokens][experts], with at least one of each");
  }
  if (!(options.temperature > 0) || !std::isfinite(options.temperature)) {
    fail_data("the temperature must be positive and finite");
  }
  if (!(row_sum > 0) || !std::isfinite(row_sum)) {
    fail_data("the row sum must be positive and finite");
  }
  check_targets(column_E);
  check_pairs(scores_TE, column_E, options.temperature);
  Scaling scaling(scores_TE, column_E, row_sum, options.temperature);
  SoftAssignment soft;
  while (true) {
    soft.residual = scaling.pass();
    ++soft.iterations;
    soft.converged = soft.residual <= options.tolerance;
    if (soft.converged || soft.iterations >= options.max_iterations) {
      break;
    }
    scaling.rescale();
  }
  soft.plan_TE = scaling.plan();
  soft.log_scale_E = scaling.log_scales();
  return soft;
}

}  // namespace moestro
