// SPDX-License-Identifier: Apache-2.0
// Which of the bodies compiled for several instruction sets fits this machine.
// Not public.
#pragma once

namespace moestro {

enum class Isa { kBaseline, kAvx2, kAvx512 };

// Not by ifunc: the linker in use leaves such pointers null in shared libraries
// (measured).
[[nodiscard]] inline Isa best_isa() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")) {
    return Isa::kAvx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    return Isa::kAvx2;
  }
#endif
  return Isa::kBaseline;
}

// The one of three bodies that fits this machine.
template <class Body>
[[nodiscard]] Body for_best_isa(Body baseline, Body avx2, Body avx512) {
  switch (best_isa()) {
    case Isa::kAvx512:
      return avx512;
    case Isa::kAvx2:
      return avx2;
    case Isa::kBaseline:
      return baseline;
  }
  return baseline;
}

}  // namespace moestro

// Attributes of a function for one of them; nothing on other machines.
#if defined(__x86_64__)
#define MOESTRO_AVX2 __attribute__((target("avx2,fma")))
#define MOESTRO_AVX512 __attribute__((target("avx512f,avx512vl,avx2,fma")))
#else
#define MOESTRO_AVX2
#define MOESTRO_AVX512
#endif
