// SPDX-License-Identifier: Apache-2.0
// Experts of a layer that get next to nothing, and the others.
#pragma once

#include <cstdint>

#include "moestro/base/api.h"
#include "moestro/diagnose/case.h"

MOESTRO_API_BEGIN
namespace moestro {

struct Starvation {
  double share = 0;  // of the experts, with under a quarter of the mean load
  double others_vio = 0;  // MaxVio among the others
};

// Of the layer's last window; that routing's where most experts starve.
[[nodiscard]] Starvation starvation_of(const Case&, int32_t layer);

// Some experts starve, at most half of them, and the others share evenly what
// those leave, under a balancing that is known to be on: no experts got rich.
[[nodiscard]] bool others_are_even(const Case&, int32_t layer);

}  // namespace moestro
MOESTRO_API_END
