// SPDX-License-Identifier: Apache-2.0
// Sixteen running maxima, one a lane, joined at the end. The compiler turns the
// loops over lanes into vector instructions of the machine it runs on.
#include "moestro/plan/top_two.h"

#include <limits>

// One body, several instruction sets, chosen when the program starts.
#if defined(__x86_64__) && !defined(MOESTRO_ONE_ISA)
#define MOESTRO_EVERY_ISA \
  __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define MOESTRO_EVERY_ISA
#endif

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
    best.second = loser > best.second ? loser : best.second;
    best.second = lanes.second[j] > best.second ? lanes.second[j] : best.second;
    best.first = wins ? v : best.first;
    best.index = wins ? lanes.index[j] : best.index;
  }
  return best;
}

}  // namespace

MOESTRO_EVERY_ISA TopTwo top_two(const float* values, size_t count) {
  constexpr float kNever = -std::numeric_limits<float>::infinity();
  Lanes lanes;
  for (size_t j = 0; j < kLanes; ++j) {
    lanes.first[j] = values[j];
    lanes.second[j] = kNever;
    lanes.index[j] = static_cast<int32_t>(j);
  }
  for (size_t i = kLanes; i < count; i += kLanes) {
    for (size_t j = 0; j < kLanes; ++j) {
      const float v = values[i + j];
      const float first = lanes.first[j];
      const float smaller = v > first ? first : v;
      lanes.second[j] = smaller > lanes.second[j] ? smaller : lanes.second[j];
      lanes.index[j] = v > first ? static_cast<int32_t>(i + j) : lanes.index[j];
      lanes.first[j] = v > first ? v : first;
    }
  }
  return join(lanes);
}

MOESTRO_EVERY_ISA void subtract(
    const float* a, const float* b, float* out, size_t count) {
  for (size_t i = 0; i < count; i += kLanes) {
    for (size_t j = 0; j < kLanes; ++j) {
      out[i + j] = a[i + j] - b[i + j];
    }
  }
}

}  // namespace moestro
