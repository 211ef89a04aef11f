// SPDX-License-Identifier: Apache-2.0
// Sixteen floats side by side; compilers split them where registers are
// shorter. For inner loops that compilers take apart when left to themselves
// (the exact assignment then took 1.4 times as long, measured). Not public.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace moestro {

inline constexpr size_t kLanes = 16;

using Floats [[gnu::vector_size(kLanes * sizeof(float))]] = float;
using Ints [[gnu::vector_size(kLanes * sizeof(int32_t))]] = int32_t;

// Rows that are read by lanes are as long as this.
[[nodiscard]] constexpr size_t padded_lanes(size_t count) {
  return (count + kLanes - 1) / kLanes * kLanes;
}

// By reference: how vectors are passed differs between instruction sets.
[[gnu::always_inline]] inline void load(const float* from, Floats& to) {
  std::memcpy(&to, from, sizeof to);
}
[[gnu::always_inline]] inline void store(const Floats& from, float* to) {
  std::memcpy(to, &from, sizeof from);
}

[[gnu::always_inline]] inline void take_max(Floats& a, const Floats& b) {
  a = a > b ? a : b;
}

// Lane j gets what lane j + kBy had, going round.
template <int kBy, class Vector>
[[gnu::always_inline]] inline void turn(const Vector& v, Vector& turned) {
  turned = __builtin_shufflevector(
      v,
      v,
      kBy,
      kBy + 1,
      kBy + 2,
      kBy + 3,
      kBy + 4,
      kBy + 5,
      kBy + 6,
      kBy + 7,
      kBy + 8,
      kBy + 9,
      kBy + 10,
      kBy + 11,
      kBy + 12,
      kBy + 13,
      kBy + 14,
      kBy + 15);
}

template <int kBy>
[[gnu::always_inline]] inline void add_turned(Floats& v) {
  Floats other;
  turn<kBy>(v, other);
  v += other;
}

[[gnu::always_inline]] inline float sum_of(Floats v) {
  add_turned<8>(v);
  add_turned<4>(v);
  add_turned<2>(v);
  add_turned<1>(v);
  return v[0];
}

template <int kBy>
[[gnu::always_inline]] inline void max_turned(Floats& v) {
  Floats other;
  turn<kBy>(v, other);
  take_max(v, other);
}

[[gnu::always_inline]] inline float max_of(Floats v) {
  max_turned<8>(v);
  max_turned<4>(v);
  max_turned<2>(v);
  max_turned<1>(v);
  return v[0];
}

}  // namespace moestro
