// SPDX-License-Identifier: Apache-2.0
#include "moestro/plan/effort.h"

namespace moestro {

bool Effort::spend(int64_t count) {
  constexpr int64_t kLook = 1 << 16;  // how often to look at the clock
  const auto before = steps;
  steps -= count;
  exhausted = exhausted || steps < 0 ||
              (before / kLook != steps / kLook &&
               std::chrono::steady_clock::now() > deadline);
  return !exhausted;
}

}  // namespace moestro
