// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

[[nodiscard]] constexpr bool holds(
    std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Calls `use` with every line, without its end.
template <class Use>
void for_each_line(std::string_view text, const Use& use) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    use(text.substr(0, end));
    text = end == std::string_view::npos ? "" : text.substr(end + 1);
  }
}

}  // namespace moestro
MOESTRO_API_END
