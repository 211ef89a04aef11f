// SPDX-License-Identifier: Apache-2.0
// Foreign text in messages, which fit on a screen whatever they quote.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// At most `most` bytes of it: the beginning and the end, " ... " between them
// where something is left out. No character of UTF-8 is cut in two.
[[nodiscard]] std::string shortened(std::string_view text, size_t most);

// Lines of at most 480 bytes, all of it at most 1900.
[[nodiscard]] std::string on_a_screen(std::string_view message);

}  // namespace moestro
MOESTRO_API_END
