// SPDX-License-Identifier: Apache-2.0
// A sequence of draws from a counter: one block serves four.
#pragma once

#include "moestro/base/api.h"
#include "moestro/base/philox.h"

MOESTRO_API_BEGIN
namespace moestro {

class Draws {
 public:
  // Block number `block` of the sequence of `item`.
  using Blocks = Philox4 (*)(uint64_t item, uint32_t block);

  Draws(Blocks blocks, uint64_t item) : blocks_(blocks), item_(item) {}

  uint32_t next() {
    if (used_ == four_.size()) {
      four_ = blocks_(item_, block_++);
      used_ = 0;
    }
    return four_[used_++];
  }
  // In (0, 1).
  double uniform() { return (next() + 0.5) * 0x1p-32; }
  // In 0..limit-1; limit at most 2^32.
  uint32_t below(uint64_t limit) {
    return static_cast<uint32_t>((next() * limit) >> 32U);
  }

 private:
  Blocks blocks_;
  uint64_t item_;
  uint32_t block_ = 0;
  Philox4 four_{};
  size_t used_ = 4;
};

}  // namespace moestro
MOESTRO_API_END
