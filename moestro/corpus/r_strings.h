// SPDX-License-Identifier: Apache-2.0
// The character vectors of an R package's lazy-load file (data/Rdata.rdb),
// read without R. The file is a row of chunks: the inflated length in four
// big-endian bytes, then a zlib stream, which holds one serialised object.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// One text a character vector, its strings as lines; other objects are left
// out. Empty when the file is of another kind.
[[nodiscard]] std::vector<std::string> r_texts(std::string_view file);

}  // namespace moestro
MOESTRO_API_END
