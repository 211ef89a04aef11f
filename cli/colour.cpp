// SPDX-License-Identifier: Apache-2.0
#include "cli/colour.h"

#include <cstdlib>
#include <string_view>

#include <unistd.h>

namespace moestro {

bool is_terminal(std::FILE* stream) {
  return isatty(fileno(stream)) == 1;
}

bool can_redraw(std::FILE* stream) {
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::string_view(term) == "dumb";
  return is_terminal(stream) && !dumb;
}

bool wants_colour(std::FILE* stream) {
  const char* off = std::getenv("NO_COLOR");
  const bool refused = off != nullptr && *off != '\0';
  return can_redraw(stream) && !refused;
}

}  // namespace moestro
