// SPDX-License-Identifier: Apache-2.0
// How alarms and verdicts write numbers and lists.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro::words {

// Three significant digits.
[[nodiscard]] std::string number(double value);
// "12 %"
[[nodiscard]] std::string percent(double share);
// "layer 3", "layer 3 codebook"
[[nodiscard]] std::string layer(int32_t layer, std::string_view routing);
// "expert 4", "experts 4, 7 and 9", "experts 1, 2, 3, 4, 5, 6 and 12 more"
[[nodiscard]] std::string experts(std::span<const int32_t> numbers);

}  // namespace moestro::words
MOESTRO_API_END
