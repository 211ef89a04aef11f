// SPDX-License-Identifier: Apache-2.0
// What the terminal can show.
#pragma once

#include <cstdio>

namespace moestro {

// A person looks at this stream.
[[nodiscard]] bool is_terminal(std::FILE*);
// The same, and colours are wanted (NO_COLOR, TERM=dumb).
[[nodiscard]] bool wants_colour(std::FILE*);

}  // namespace moestro
