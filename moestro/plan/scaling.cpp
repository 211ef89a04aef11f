// SPDX-License-Identifier: Apache-2.0
// With kernel K = 2^(exponent + absorbed - largest of the row) and scales v, a
// row's plan is row_sum K v / sum(K v), and the column sums then say how to
// change the scales: v *= target / sum. A pass reads every K once: four rows at
// a time are summed while they are in registers, then added to the columns.
// Column sums are kept in single precision for a block of rows only.
#include "moestro/plan/scaling.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <utility>

#include "moestro/plan/isa.h"
#include "moestro/plan/lanes.h"

namespace moestro {
namespace {

constexpr size_t kBlock = 64, kTogether = 4;  // rows
constexpr float kNever = -std::numeric_limits<float>::infinity();
constexpr double kSafe = 0x1p16;  // scales up to here stay outside the kernel

// 2^x for x <= 0, 2e-7 relative; 0 at -inf, else at least 2^-126.
[[gnu::always_inline]] inline void exp2_below_one(Floats& x) {
  constexpr float kRound = 0x1.8p23F;  // adding it rounds to a whole number
  const Ints never = x == kNever;
  const Floats clamped = x < -126.0F ? Floats{} - 126.0F : x;
  const Floats shifted = clamped + kRound;
  const Floats f = clamped - (shifted - kRound);  // in [-1/2, 1/2]
  Floats p = Floats{} + 1.5403530e-4F;            // ln(2)^i / i!
  p = p * f + 1.3333558e-3F;
  p = p * f + 9.6181291e-3F;
  p = p * f + 5.5504109e-2F;
  p = p * f + 2.4022651e-1F;
  p = p * f + 6.9314718e-1F;
  p = p * f + 1.0F;
  const Ints exponent = std::bit_cast<Ints>(shifted) << 23;
  const Floats value = std::bit_cast<Floats>(std::bit_cast<Ints>(p) + exponent);
  x = never ? Floats{} : value;
}

struct ExpRows {
  const float* exponents;
  const float* absorbed;
  float* kernel;  // written
  size_t rows, width;
};

[[gnu::always_inline]] inline void exp_row(
    const ExpRows& r, const float* exponents, float* kernel) {
  Floats most = Floats{} + kNever, x, y;
  for (size_t i = 0; i < r.width; i += kLanes) {
    load(exponents + i, x);
    load(r.absorbed + i, y);
    take_max(most, x + y);
  }
  const float top = max_of(most);
  for (size_t i = 0; i < r.width; i += kLanes) {
    load(exponents + i, x);
    load(r.absorbed + i, y);
    x = x + y - top;
    exp2_below_one(x);
    store(x, kernel + i);
  }
}

[[gnu::always_inline]] inline void exp_rows(const ExpRows& r) {
  for (size_t t = 0; t < r.rows; ++t) {
    exp_row(r, r.exponents + t * r.width, r.kernel + t * r.width);
  }
}

void exp_baseline(const ExpRows& r) {
  exp_rows(r);
}
MOESTRO_AVX2 void exp_avx2(const ExpRows& r) {
  exp_rows(r);
}
MOESTRO_AVX512 void exp_avx512(const ExpRows& r) {
  exp_rows(r);
}

struct SumRows {
  const float* kernel;
  const float* scales;
  float row_sum;
  float* factors;  // written, one a row
  float* columns;  // added to, before the scales
  size_t rows, width;
};

template <size_t kRows>
[[gnu::always_inline]] inline void sum_together(const SumRows& r, size_t t) {
  const float* kernel = r.kernel + t * r.width;
  Floats sums[kRows]{}, k, v;
  for (size_t i = 0; i < r.width; i += kLanes) {
    load(r.scales + i, v);
    for (size_t j = 0; j < kRows; ++j) {
      load(kernel + j * r.width + i, k);
      sums[j] += k * v;
    }
  }
  float factors[kRows];
  for (size_t j = 0; j < kRows; ++j) {
    factors[j] = r.row_sum / sum_of(sums[j]);
    r.factors[t + j] = factors[j];
  }
  for (size_t i = 0; i < r.width; i += kLanes) {
    Floats column;
    load(r.columns + i, column);
    for (size_t j = 0; j < kRows; ++j) {
      load(kernel + j * r.width + i, k);
      column += k * factors[j];
    }
    store(column, r.columns + i);
  }
}

[[gnu::always_inline]] inline void sum_rows(const SumRows& r) {
  size_t t = 0;
  for (; t + kTogether <= r.rows; t += kTogether) {
    sum_together<kTogether>(r, t);
  }
  for (; t < r.rows; ++t) {
    sum_together<1>(r, t);
  }
}

void sum_baseline(const SumRows& r) {
  sum_rows(r);
}
MOESTRO_AVX2 void sum_avx2(const SumRows& r) {
  sum_rows(r);
}
MOESTRO_AVX512 void sum_avx512(const SumRows& r) {
  sum_rows(r);
}

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
      exponents_(T_ * width_, kNever),
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
  const auto unit = static_cast<float>(std::numbers::log2e / temperature);
  for (size_t t = 0; t < T_; ++t) {
    std::ranges::transform(
        scores_TE.subspan(t * E_, E_),
        &exponents_[t * width_],
        [unit](float s) { return s * unit; });
  }
  absorb(std::vector<double>(E_, 1.0));
}

void Scaling::absorb(std::span<const double> scales_E) {
  static const auto exp_here = for_best_isa(exp_baseline, exp_avx2, exp_avx512);
  for (size_t e = 0; e < E_; ++e) {
    absorbed_[e] += static_cast<float>(std::log2(scales_E[e]));
  }
  std::ranges::fill(scales_, 1.0F);
  exp_here({exponents_.data(), absorbed_.data(), kernel_.data(), T_, width_});
}

double Scaling::pass() {
  static const auto sum_here = for_best_isa(sum_baseline, sum_avx2, sum_avx512);
  std::ranges::fill(sums_E_, 0);
  std::vector<float> columns(width_);
  for (size_t t = 0; t < T_; t += kBlock) {
    sum_here(
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
    log_scale_E[e] = (double{absorbed_[e]} + std::log2(double{scales_[e]})) *
                     std::numbers::ln2;
  }
  return log_scale_E;
}

}  // namespace moestro
