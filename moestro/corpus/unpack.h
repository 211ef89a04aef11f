// SPDX-License-Identifier: Apache-2.0
// What packages compress: .gz files, dictzip (a .gz with an index in its
// header) and the chunks of R's lazy-load files.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// The content of a compressed file (all members of a .gz), other files as they
// are; nothing when it is damaged.
[[nodiscard]] std::optional<std::string> unpacked(std::string_view file);

struct Inflated {
  std::string text;
  size_t used = 0;  // bytes of the input
};

// One zlib stream that inflates to `size` bytes, from the start of the bytes;
// nothing when it is damaged or of another size.
[[nodiscard]] std::optional<Inflated> inflate_stream(
    std::string_view bytes, size_t size);

}  // namespace moestro
MOESTRO_API_END
