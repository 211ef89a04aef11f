// SPDX-License-Identifier: Apache-2.0
// What the terminal can show.
#pragma once

#include <cstdio>

namespace moestro {

// A person looks at this stream.
[[nodiscard]] bool is_terminal(std::FILE*);
// The same, and lines can be drawn over (not TERM=dumb).
[[nodiscard]] bool can_redraw(std::FILE*);
// The same, and colours are wanted (not NO_COLOR).
[[nodiscard]] bool wants_colour(std::FILE*);

}  // namespace moestro
