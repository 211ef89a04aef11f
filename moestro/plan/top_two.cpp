// SPDX-License-Identifier: Apache-2.0
// A running best and second best in every lane, joined at the end. Compiled
// once for every instruction set; the machine decides at the first call.
#include "moestro/plan/top_two.h"

#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "moestro/plan/top_two.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace moestro::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

TopTwo scan(const float* scores, const float* prices, size_t count) {
  const hn::CappedTag<float, kLanes> d;
  const hn::RebindToSigned<decltype(d)> di;
  const auto value = [&](size_t i) HWY_ATTR {
    return hn::Sub(hn::LoadU(d, scores + i), hn::LoadU(d, prices + i));
  };
  const auto step = hn::Set(di, static_cast<int32_t>(hn::Lanes(d)));
  auto at = hn::Iota(di, 0), index = at;
  auto first = value(0);
  auto second = hn::Set(d, -std::numeric_limits<float>::infinity());
  for (size_t i = hn::Lanes(d); i < count; i += hn::Lanes(d)) {
    const auto v = value(i);
    at = hn::Add(at, step);
    index = hn::IfThenElse(hn::RebindMask(di, hn::Gt(v, first)), at, index);
    second = hn::Max(second, hn::Min(v, first));
    first = hn::Max(first, v);
  }
  const auto most = hn::MaxOfLanes(d, first);
  const auto none = hn::Set(di, std::numeric_limits<int32_t>::max());
  const auto lowest = hn::MinOfLanes(
      di, hn::IfThenElse(hn::RebindMask(di, hn::Eq(first, most)), index, none));
  // Of the lane that wins its second counts, of others their first.
  const auto winner = hn::RebindMask(d, hn::Eq(index, lowest));
  const auto next = hn::MaxOfLanes(d, hn::IfThenElse(winner, second, first));
  return {hn::GetLane(most), hn::GetLane(next), hn::GetLane(lowest)};
}

}  // namespace
}  // namespace moestro::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace moestro {

HWY_EXPORT(scan);

TopTwo top_two(const float* scores, const float* prices, size_t count) {
  return HWY_DYNAMIC_DISPATCH(scan)(scores, prices, count);
}

}  // namespace moestro
#endif
