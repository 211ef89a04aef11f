// SPDX-License-Identifier: Apache-2.0
// Deflate, as packages use it: .gz files, dictzip (a .gz with an index in its
// header) and the chunks of R's lazy-load files.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

struct Inflated {
  std::string text;
  size_t used = 0;  // bytes of the input
};

// One gzip or zlib stream from the start of the bytes, further gzip members
// included; nothing when they are damaged or no such stream.
[[nodiscard]] std::optional<Inflated> inflate_stream(std::string_view bytes);

}  // namespace moestro
MOESTRO_API_END
