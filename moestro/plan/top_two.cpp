// SPDX-License-Identifier: Apache-2.0
// Sixteen running maxima, one a lane, folded at the end; one body is compiled
// for several instruction sets, and the machine decides at the first call.
#include "moestro/plan/top_two.h"

#include <limits>

#include "moestro/plan/isa.h"
#include "moestro/plan/lanes.h"

namespace moestro {
namespace {

constexpr Ints kLane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

struct Lanes {
  Floats first, second;
  Ints index;
};

// Every lane takes in the one kBy further; ties: the lower index.
template <int kBy>
[[gnu::always_inline]] inline void fold(Lanes& lanes) {
  const Floats first = lanes.first;
  const Ints index = lanes.index;
  Floats other, second;
  Ints at;
  turn<kBy>(first, other);
  turn<kBy>(lanes.second, second);
  turn<kBy>(index, at);
  take_max(lanes.second, second);
  take_max(lanes.second, first > other ? other : first);
  const Ints behind = (first < other) | ((first == other) & (at < index));
  lanes.index = behind ? at : index;
  lanes.first = behind ? other : first;
}

[[gnu::always_inline]] inline TopTwo scan(
    const float* scores, const float* prices, size_t count) {
  Lanes lanes;
  Floats score, price;
  load(scores, score);
  load(prices, price);
  lanes.first = score - price;
  lanes.second = Floats{} - std::numeric_limits<float>::infinity();
  lanes.index = kLane;
  Ints index = kLane;
  for (size_t i = kLanes; i < count; i += kLanes) {
    load(scores + i, score);
    load(prices + i, price);
    index += static_cast<int32_t>(kLanes);
    const Floats v = score - price;
    const Ints better = v > lanes.first;
    take_max(lanes.second, better ? lanes.first : v);
    lanes.index = better ? index : lanes.index;
    lanes.first = better ? v : lanes.first;
  }
  fold<8>(lanes);
  fold<4>(lanes);
  fold<2>(lanes);
  fold<1>(lanes);
  return {lanes.first[0], lanes.second[0], lanes.index[0]};
}

TopTwo scan_baseline(const float* scores, const float* prices, size_t count) {
  return scan(scores, prices, count);
}

MOESTRO_AVX2 TopTwo
scan_avx2(const float* scores, const float* prices, size_t count) {
  return scan(scores, prices, count);
}

MOESTRO_AVX512 TopTwo
scan_avx512(const float* scores, const float* prices, size_t count) {
  return scan(scores, prices, count);
}

}  // namespace

TopTwo top_two(const float* scores, const float* prices, size_t count) {
  static const auto scan_here =
      for_best_isa(scan_baseline, scan_avx2, scan_avx512);
  return scan_here(scores, prices, count);
}

}  // namespace moestro
