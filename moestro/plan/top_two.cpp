// SPDX-License-Identifier: Apache-2.0
// Sixteen running maxima, one a lane, joined at the end. The compiler turns the
// loops over lanes into vector instructions; one body is compiled for several
// instruction sets, and the machine decides at the first call.
#include "moestro/plan/top_two.h"

#include <limits>

#include "moestro/plan/isa.h"

namespace moestro {
namespace {

constexpr size_t kLanes = 16;

struct Lanes {
  float first[kLanes], second[kLanes];
  int32_t index[kLanes];
};

TopTwo join(const Lanes& lanes) {
  TopTwo best{lanes.first[0], lanes.second[0], lanes.index[0]};
  for (size_t j = 1; j < kLanes; ++j) {
    const float v = lanes.first[j];
    const bool wins =
        v > best.first || (v == best.first && lanes.index[j] < best.index);
    const float loser = wins ? best.first : v;
    const float other = lanes.second[j];
    best.second = loser > best.second ? loser : best.second;
    best.second = other > best.second ? other : best.second;
    best.first = wins ? v : best.first;
    best.index = wins ? lanes.index[j] : best.index;
  }
  return best;
}

[[gnu::always_inline]] inline TopTwo scan(
    const float* scores, const float* prices, size_t count) {
  Lanes lanes;
  for (size_t j = 0; j < kLanes; ++j) {
    lanes.first[j] = scores[j] - prices[j];
    lanes.second[j] = -std::numeric_limits<float>::infinity();
    lanes.index[j] = static_cast<int32_t>(j);
  }
  for (size_t i = kLanes; i < count; i += kLanes) {
    for (size_t j = 0; j < kLanes; ++j) {
      const float v = scores[i + j] - prices[i + j];
      const float first = lanes.first[j];
      const float smaller = v > first ? first : v;
      lanes.second[j] = smaller > lanes.second[j] ? smaller : lanes.second[j];
      lanes.index[j] = v > first ? static_cast<int32_t>(i + j) : lanes.index[j];
      lanes.first[j] = v > first ? v : first;
    }
  }
  return join(lanes);
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
