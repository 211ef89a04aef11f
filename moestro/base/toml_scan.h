// SPDX-License-Identifier: Apache-2.0
// What TOML is looked through for before the parser is asked.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// Where the first byte beyond ASCII stands outside of strings and comments of
// TOML, which allows none there. Asked before the parser is: toml++ 3.3 takes
// such a letter for impossible and leaves the path that it compiled (found by
// fuzzing).
[[nodiscard]] std::optional<size_t> stray_letter(std::string_view toml);

// Where tables and lists first stand in each other deeper than `most` levels; a
// dot in a key is one too. Asked before the parser is: what takes the tree of
// toml++ apart goes down it by recursion.
[[nodiscard]] std::optional<size_t> too_deep(
    std::string_view toml, size_t most);

}  // namespace moestro
MOESTRO_API_END
