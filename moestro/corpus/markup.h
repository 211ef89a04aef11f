// SPDX-License-Identifier: Apache-2.0
// Takes the markup off text, so that a byte model learns language rather than
// macros. Light readers: they know what the packages of the corpus use.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// Manual pages (man and mdoc macros; tables are left out).
[[nodiscard]] std::string strip_roff(std::string_view text);

// AsciiDoc as in git's documentation: underlines, block attributes, comments
// and includes go, links become their text.
[[nodiscard]] std::string strip_asciidoc(std::string_view text);

// A dictd dictionary: source notes and braces of cross references go.
[[nodiscard]] std::string strip_dict(std::string_view text);

// Whole entries together, about `bytes` long each; an entry starts with a line
// that is not indented, after an empty one.
[[nodiscard]] std::vector<std::string> entry_pages(
    std::string_view text, size_t bytes);

// A novel's chapters; the text before the first one is left out.
[[nodiscard]] std::vector<std::string> chapters(std::string_view text);

// Without blanks at line ends and with at most one empty line in a row.
[[nodiscard]] std::string tidy(std::string_view text);

}  // namespace moestro
MOESTRO_API_END
