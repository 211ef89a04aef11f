// SPDX-License-Identifier: Apache-2.0
// With kernel K = exp(exponent + absorbed - largest of the row) and scales v, a
// row's plan is row_sum K v / sum(K v), and the column sums then say how to
// change the scales: v *= target / sum. A pass reads every K once: a row is
// summed and added to the columns while it is in the first-level cache.
// Column sums are kept in single precision for a block of rows only.
#include "moestro/plan/scaling.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "moestro/plan/lanes.h"
#include "moestro/plan/scaling_rows.h"

namespace moestro {
namespace {

constexpr size_t kBlock = 64;  // rows
constexpr float kNever = -std::numeric_limits<float>::infinity();
constexpr double kSafe = 0x1p16;  // scales up to here stay outside the kernel

}  // namespace

Scaling::Scaling(
    std::span<const float> scores_TE,
    std::span<const double> column_E,
    double row_sum,
    double temperature)
    : E_(column_E.size()),
      T_(scores_TE.size() / E_),
      width_(padded_lanes(E_)),
      row_sum_(static_cast<float>(row_sum)),
      unit_(static_cast<float>(1 / temperature)),
      scores_TE_(scores_TE),
      kernel_(T_ * width_),
      absorbed_(width_, kNever),
      scales_(width_, 1),
      factors_T_(T_),
      target_E_(column_E.begin(), column_E.end()),
      sums_E_(E_) {
  const double total = std::accumulate(column_E.begin(), column_E.end(), 0.0);
  for (size_t e = 0; e < E_; ++e) {
    target_E_[e] *= row_sum * static_cast<double>(T_) / total;
    absorbed_[e] = target_E_[e] > 0 ? 0 : kNever;
  }
  absorb(std::vector<double>(E_, 1.0));
}

void Scaling::absorb(std::span<const double> scales_E) {
  for (size_t e = 0; e < E_; ++e) {
    absorbed_[e] += static_cast<float>(std::log(scales_E[e]));
  }
  std::ranges::fill(scales_, 1.0F);
  std::vector<float> exponents(width_, kNever);
  for (size_t t = 0; t < T_; ++t) {
    std::ranges::transform(
        scores_TE_.subspan(t * E_, E_), exponents.begin(), [this](float s) {
          return s * unit_;
        });
    exp_row({exponents.data(), absorbed_.data(), &kernel_[t * width_], width_});
  }
}

double Scaling::pass() {
  std::ranges::fill(sums_E_, 0);
  std::vector<float> columns(width_);
  for (size_t t = 0; t < T_; t += kBlock) {
    sum_rows(
        {&kernel_[t * width_],
         scales_.data(),
         row_sum_,
         &factors_T_[t],
         columns.data(),
         std::min(kBlock, T_ - t),
         width_});
    for (size_t e = 0; e < E_; ++e) {
      sums_E_[e] += std::exchange(columns[e], 0.0F);
    }
  }
  double worst = 0;
  for (size_t e = 0; e < E_; ++e) {
    sums_E_[e] *= scales_[e];
    if (target_E_[e] > 0) {
      worst = std::max(worst, std::abs(sums_E_[e] / target_E_[e] - 1));
    }
  }
  return worst;
}

void Scaling::rescale() {
  bool safe = true;
  std::vector<double> next_E(E_, 1.0);
  for (size_t e = 0; e < E_; ++e) {
    if (target_E_[e] > 0) {
      next_E[e] = double{scales_[e]} * target_E_[e] / sums_E_[e];
      safe = safe && next_E[e] < kSafe && next_E[e] > 1 / kSafe;
    }
  }
  if (safe) {
    std::ranges::copy(next_E, scales_.begin());
  } else {
    absorb(next_E);
  }
}

std::vector<float> Scaling::plan() const {
  std::vector<float> plan_TE(T_ * E_);
  for (size_t t = 0; t < T_; ++t) {
    for (size_t e = 0; e < E_; ++e) {
      plan_TE[t * E_ + e] =
          kernel_[t * width_ + e] * scales_[e] * factors_T_[t];
    }
  }
  return plan_TE;
}

std::vector<double> Scaling::log_scales() const {
  std::vector<double> log_scale_E(E_);
  for (size_t e = 0; e < E_; ++e) {
    log_scale_E[e] = double{absorbed_[e]} + std::log(double{scales_[e]});
  }
  return log_scale_E;
}

}  // namespace moestro
