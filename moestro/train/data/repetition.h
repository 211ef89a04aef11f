// SPDX-License-Identifier: Apache-2.0
// How much a sequence repeats itself (D2).
#pragma once

#include <cstdint>
#include <span>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

struct Repetition {
  double distinct = 0;  // different bytes over their number
  double repeated = 0;  // share of 8-grams that stood in it before
};
// 0 for an empty sequence, no 8-gram repeated in a short one.
[[nodiscard]] Repetition repetition(std::span<const uint8_t> bytes);

}  // namespace moestro
MOESTRO_API_END
