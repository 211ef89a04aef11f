// SPDX-License-Identifier: Apache-2.0
// With column scales g, a row's plan is softmax(s / temperature + g) * row_sum;
// the column sums then say how to change the scales: g += ln(target / sum).
// Both happen in one pass over the scores with one exponential an entry: a row
// is normalised while it is in the first-level cache, and added to the column
// sums at once. Everything is in powers of two: 2^x is a polynomial and a shift
// of the exponent, and the compiler runs it in vector registers.
//
// Column sums are kept in single precision for a block of rows only.
#include "moestro/plan/sinkhorn.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <string>
#include <utility>

#include "moestro/base/failure.h"
#include "moestro/plan/isa.h"
#include "moestro/plan/top_two.h"

namespace moestro {
namespace {

constexpr size_t kLanes = 16, kBlock = 64;
constexpr float kNever = -std::numeric_limits<float>::infinity();

// For x <= 0, 2e-7 relative; 0 at -inf, else at least 2^-126.
[[gnu::always_inline]] inline float exp2_below_one(float x) {
  constexpr float kRound = 0x1.8p23F;  // adding it rounds to a whole number
  const float clamped = x < -126 ? -126 : x;
  const float shifted = clamped + kRound;
  const float f = clamped - (shifted - kRound);  // in [-1/2, 1/2]
  float p = 1.5403530e-4F;                       // ln(2)^i / i!
  p = p * f + 1.3333558e-3F;
  p = p * f + 9.6181291e-3F;
  p = p * f + 5.5504109e-2F;
  p = p * f + 2.4022651e-1F;
  p = p * f + 6.9314718e-1F;
  p = p * f + 1;
  const auto exponent = std::bit_cast<int32_t>(shifted) << 23;
  const float value =
      std::bit_cast<float>(std::bit_cast<int32_t>(p) + exponent);
  return x == kNever ? 0 : value;
}

struct RowPass {
  const float* scores;  // in powers of two
  const float* scales;
  float row_sum;
  float* plan;     // written: this row
  float* columns;  // added to
  size_t count;    // a multiple of 16
};

[[gnu::always_inline]] inline void pass_row(const RowPass& r) {
  float most[kLanes], sum[kLanes];
  std::fill_n(most, kLanes, kNever);
  std::fill_n(sum, kLanes, 0.0F);
  for (size_t i = 0; i < r.count; i += kLanes) {
    for (size_t j = 0; j < kLanes; ++j) {
      const float x = r.scores[i + j] + r.scales[i + j];
      r.plan[i + j] = x;
      most[j] = x > most[j] ? x : most[j];
    }
  }
  const float top = *std::max_element(most, most + kLanes);
  for (size_t i = 0; i < r.count; i += kLanes) {
    for (size_t j = 0; j < kLanes; ++j) {
      const float y = exp2_below_one(r.plan[i + j] - top);
      r.plan[i + j] = y;
      sum[j] += y;
    }
  }
  const float factor = r.row_sum / std::accumulate(sum, sum + kLanes, 0.0F);
  for (size_t i = 0; i < r.count; ++i) {
    r.plan[i] *= factor;
    r.columns[i] += r.plan[i];
  }
}

void pass_baseline(const RowPass& r) {
  pass_row(r);
}
MOESTRO_AVX2 void pass_avx2(const RowPass& r) {
  pass_row(r);
}
MOESTRO_AVX512 void pass_avx512(const RowPass& r) {
  pass_row(r);
}

class Scaling {
 public:
  Scaling(
      std::span<const float> scores_TE,
      std::span<const double> column_E,
      double row_sum,
      double temperature)
      : E_(column_E.size()),
        T_(scores_TE.size() / E_),
        width_(padded_lanes(E_)),
        row_sum_(static_cast<float>(row_sum)),
        rows_(T_ * width_, kNever),
        scales_(width_, kNever),
        target_E_(column_E.begin(), column_E.end()),
        sums_E_(E_) {
    const double total = std::accumulate(column_E.begin(), column_E.end(), 0.0);
    for (size_t e = 0; e < E_; ++e) {
      target_E_[e] *= row_sum * static_cast<double>(T_) / total;
      scales_[e] = target_E_[e] > 0 ? 0 : kNever;
    }
    const auto unit = static_cast<float>(std::numbers::log2e / temperature);
    for (size_t t = 0; t < T_; ++t) {
      for (size_t e = 0; e < E_; ++e) {
        rows_[t * width_ + e] = scores_TE[t * E_ + e] * unit;
      }
    }
  }

  // The worst relative error of a column sum.
  double pass(float* plan_TE) {
    static const auto pass_here =
        for_best_isa(pass_baseline, pass_avx2, pass_avx512);
    std::ranges::fill(sums_E_, 0);
    std::vector<float> plan(width_), columns(width_);
    for (size_t t = 0; t < T_; ++t) {
      pass_here(
          {&rows_[t * width_],
           scales_.data(),
           row_sum_,
           plan.data(),
           columns.data(),
           width_});
      if (plan_TE != nullptr) {
        std::copy_n(plan.begin(), E_, plan_TE + t * E_);
      }
      if ((t + 1) % kBlock == 0 || t + 1 == T_) {
        add_block(columns);
      }
    }
    return worst_error();
  }

  void rescale() {
    for (size_t e = 0; e < E_; ++e) {
      if (target_E_[e] > 0) {
        scales_[e] += static_cast<float>(std::log2(target_E_[e] / sums_E_[e]));
      }
    }
  }

  [[nodiscard]] std::vector<double> log_scales() const {
    std::vector<double> log_scale_E(E_);
    for (size_t e = 0; e < E_; ++e) {
      log_scale_E[e] = double{scales_[e]} * std::numbers::ln2;
    }
    return log_scale_E;
  }

 private:
  void add_block(std::vector<float>& columns) {
    for (size_t e = 0; e < E_; ++e) {
      sums_E_[e] += std::exchange(columns[e], 0.0F);
    }
  }

  [[nodiscard]] double worst_error() const {
    double worst = 0;
    for (size_t e = 0; e < E_; ++e) {
      if (target_E_[e] > 0) {
        worst = std::max(worst, std::abs(sums_E_[e] / target_E_[e] - 1));
      }
    }
    return worst;
  }

  size_t E_, T_, width_;
  float row_sum_;
  std::vector<float> rows_, scales_;
  std::vector<double> target_E_, sums_E_;
};

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

void check_score(float s, size_t t, size_t e) {
  if (std::isnan(s) || s == std::numeric_limits<float>::infinity()) {
    fail_data(
        "scores[" + std::to_string(t) + "][" + std::to_string(e) +
        "] is not a finite number (only -inf may forbid a pair)");
  }
}

void check_pairs(
    std::span<const float> scores_TE, std::span<const double> column_E) {
  const auto E = column_E.size();
  std::vector<bool> permitted_E(E);
  for (size_t t = 0; t < scores_TE.size() / E; ++t) {
    bool any = false;
    for (size_t e = 0; e < E; ++e) {
      const float s = scores_TE[t * E + e];
      check_score(s, t, e);
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
  check_pairs(scores_TE, column_E);
  Scaling scaling(scores_TE, column_E, row_sum, options.temperature);
  SoftAssignment soft;
  soft.plan_TE.resize(scores_TE.size());
  while (true) {
    soft.residual = scaling.pass(nullptr);
    ++soft.iterations;
    soft.converged = soft.residual <= options.tolerance;
    if (soft.converged || soft.iterations >= options.max_iterations) {
      break;
    }
    scaling.rescale();
  }
  (void)scaling.pass(soft.plan_TE.data());
  soft.log_scale_E = scaling.log_scales();
  return soft;
}

}  // namespace moestro
