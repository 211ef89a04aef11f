// SPDX-License-Identifier: Apache-2.0
// Counter-based random numbers: Philox4x32-10 (Salmon et al., SC 2011). The
// draw is a pure function of key and counter, so that thread count, world size
// and resumes cannot change it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

using Philox4 = std::array<uint32_t, 4>;

constexpr Philox4 philox(Philox4 counter, uint64_t key) {
  constexpr uint64_t kMultiply0 = 0xD2511F53, kMultiply1 = 0xCD9E8D57;
  auto k0 = static_cast<uint32_t>(key);
  auto k1 = static_cast<uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const uint64_t p0 = kMultiply0 * counter[0];
    const uint64_t p1 = kMultiply1 * counter[2];
    counter = {
        static_cast<uint32_t>(p1 >> 32) ^ counter[1] ^ k0,
        static_cast<uint32_t>(p1),
        static_cast<uint32_t>(p0 >> 32) ^ counter[3] ^ k1,
        static_cast<uint32_t>(p0)};
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return counter;
}

// What a draw is for; streams of different purposes never meet.
struct DrawKey {
  uint64_t seed = 0;
  uint32_t stream = 0;
  uint32_t step = 0;
  uint32_t layer = 0;
};

// A number for DrawKey::stream from a name (FNV-1a, 24 bits): those who draw
// need no common list.
[[nodiscard]] constexpr uint32_t stream_of(std::string_view name) {
  uint32_t hash = 2166136261U;
  for (const char c : name) {
    hash = (hash ^ static_cast<uint8_t>(c)) * 16777619U;
  }
  return hash & 0xFFFFFFU;
}

// Of the generator, for one block of draws.
constexpr uint64_t mixed_key(const DrawKey& key, uint32_t block) {
  return key.seed ^ (static_cast<uint64_t>(key.stream) << 40U) ^
         (static_cast<uint64_t>(key.layer) << 20U) ^
         block * 0x9E3779B97F4A7C15U;
}

// Four 32-bit draws for one item (a token serial, a document number).
constexpr Philox4 draw(const DrawKey& key, uint64_t item, uint32_t block = 0) {
  return philox(
      {static_cast<uint32_t>(item),
       static_cast<uint32_t>(item >> 32U),
       key.step,
       block},
      mixed_key(key, block));
}

// In [0, 1), exact in single precision.
constexpr float to_unit(uint32_t bits) {
  return static_cast<float>(bits >> 8U) * 0x1p-24F;
}

}  // namespace moestro
MOESTRO_API_END
