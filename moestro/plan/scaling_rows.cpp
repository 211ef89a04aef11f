// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/scaling_rows.h"

#include <limits>

#include "moestro/plan/lanes.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "moestro/plan/scaling_rows.cpp"
// clang-format off: the order matters
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace moestro::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::CappedTag<float, kLanes>;

void exp_one(const ExpRow& r) {
  constexpr float kNever = -std::numeric_limits<float>::infinity();
  const Floats d;
  const auto step = hn::Lanes(d);
  const auto shifted = [&](size_t i) HWY_ATTR {
    return hn::Add(hn::LoadU(d, r.exponents + i), hn::LoadU(d, r.shift + i));
  };
  auto most = hn::Set(d, kNever);
  for (size_t i = 0; i < r.width; i += step) {
    most = hn::Max(most, shifted(i));
  }
  most = hn::MaxOfLanes(d, most);
  for (size_t i = 0; i < r.width; i += step) {
    const auto x = hn::Sub(shifted(i), most);
    const auto never = hn::Eq(x, hn::Set(d, kNever));
    const auto value = hn::Exp(d, hn::Max(x, hn::Set(d, -87.0F)));
    hn::StoreU(hn::IfThenZeroElse(never, value), d, r.kernel + i);
  }
}

// Two rows at a time: the columns are read and written half as often.
void sum_pair(const SumRows& r, size_t t, size_t other) {
  const Floats d;
  const float* k0 = r.kernel + t * r.width;
  const float* k1 = r.kernel + other * r.width;
  auto sum0 = hn::Zero(d), sum1 = hn::Zero(d);
  for (size_t i = 0; i < r.width; i += hn::Lanes(d)) {
    const auto scale = hn::LoadU(d, r.scales + i);
    sum0 = hn::MulAdd(hn::LoadU(d, k0 + i), scale, sum0);
    sum1 = hn::MulAdd(hn::LoadU(d, k1 + i), scale, sum1);
  }
  // Divided as scalars: compilers narrow a division of vectors of which one
  // lane is wanted, and the idle lanes then cost an assist (5 times, measured).
  r.factors[t] = r.row_sum / hn::GetLane(hn::SumOfLanes(d, sum0));
  r.factors[other] = r.row_sum / hn::GetLane(hn::SumOfLanes(d, sum1));
  const auto f0 = hn::Set(d, r.factors[t]);
  const auto f1 = hn::Set(d, other == t ? 0 : r.factors[other]);
  for (size_t i = 0; i < r.width; i += hn::Lanes(d)) {
    auto column = hn::LoadU(d, r.columns + i);
    column = hn::MulAdd(hn::LoadU(d, k0 + i), f0, column);
    column = hn::MulAdd(hn::LoadU(d, k1 + i), f1, column);
    hn::StoreU(column, d, r.columns + i);
  }
}

void sum_all(const SumRows& r) {
  for (size_t t = 0; t < r.rows; t += 2) {
    sum_pair(r, t, t + 1 < r.rows ? t + 1 : t);
  }
}

}  // namespace
}  // namespace moestro::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace moestro {

HWY_EXPORT(exp_one);
HWY_EXPORT(sum_all);

void exp_row(const ExpRow& row) {
  HWY_DYNAMIC_DISPATCH(exp_one)(row);
}

void sum_rows(const SumRows& rows) {
  HWY_DYNAMIC_DISPATCH(sum_all)(rows);
}

}  // namespace moestro
#endif
