// SPDX-License-Identifier: Apache-2.0
// M of the last N: what one look shows by chance, several in a row do not.
#pragma once

#include <bit>
#include <cstdint>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

template <int M, int N>
class Streak {
 public:
  static_assert(M <= N && N <= 32);
  bool push(bool now) {
    seen_ = ((seen_ << 1U) | (now ? 1U : 0U)) & ((uint64_t{1} << N) - 1);
    return std::popcount(seen_) >= M;
  }

 private:
  uint64_t seen_ = 0;
};

}  // namespace moestro
MOESTRO_API_END
