// SPDX-License-Identifier: Apache-2.0
// Colours of loads and lifts: blue below 1, orange above, neutral at 1. Blue
// and orange stay apart for the colour-blind; steps are even in OKLab, so equal
// ratios look equally far apart (Ottosson 2020).
#pragma once

#include <string>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// Levels of the scale; the middle one is "1".
inline constexpr int kLevels = 17;

// A ratio to a level: 1/4 and less is the lowest, 4 and more the highest, even
// in the logarithm between.
[[nodiscard]] int level_of(double ratio);

// CSS classes h0..h16 for SVG shapes and table cells, light and dark.
[[nodiscard]] std::string palette_css();

}  // namespace moestro
MOESTRO_API_END
