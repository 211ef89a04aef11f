// SPDX-License-Identifier: Apache-2.0
// What a search may spend. Not public.
#pragma once

#include <chrono>
#include <cstdint>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// Shared by searches that belong together. A step is about a nanosecond of
// work, so that every size of problem is answered in a time that can be told,
// and without a deadline in the same way on every machine.
struct Effort {
  using Time = std::chrono::steady_clock::time_point;

  int64_t steps = 0;  // left
  Time deadline = Time::max();
  bool exhausted = false;

  // False when nothing is left.
  [[nodiscard]] bool spend(int64_t count);
};

}  // namespace moestro
MOESTRO_API_END
