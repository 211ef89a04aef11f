// SPDX-License-Identifier: Apache-2.0
// A shuffle that needs no memory: position -> item is a keyed bijection
// (four Feistel rounds, walked until the result falls into the range).
#pragma once

#include <bit>
#include <cstdint>

#include "moestro/base/api.h"
#include "moestro/base/philox.h"

MOESTRO_API_BEGIN
namespace moestro {

class Permutation {
 public:
  // `count` items; a pure function of the key.
  Permutation(uint64_t count, const DrawKey& key)
      : count_(count), key_(key), half_bits_(half_bits(count)) {}

  [[nodiscard]] uint64_t operator()(uint64_t position) const {
    auto item = position;
    do {
      item = mix(item);
    } while (item >= count_);
    return item;
  }

 private:
  static uint32_t half_bits(uint64_t count) {
    const auto bits = static_cast<uint32_t>(std::bit_width(count - 1));
    return (bits + 1) / 2 > 0 ? (bits + 1) / 2 : 1;
  }

  [[nodiscard]] uint64_t mix(uint64_t item) const {
    const uint64_t mask = (uint64_t{1} << half_bits_) - 1;
    auto left = item >> half_bits_;
    auto right = item & mask;
    for (uint32_t round = 0; round < 4; ++round) {
      const auto next = left ^ (draw(key_, right, round + 1)[0] & mask);
      left = right;
      right = next;
    }
    return (left << half_bits_) | right;
  }

  uint64_t count_;
  DrawKey key_;
  uint32_t half_bits_;
};

}  // namespace moestro
MOESTRO_API_END
