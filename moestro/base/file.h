// SPDX-License-Identifier: Apache-2.0
// Whole files.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// Nothing when there is no such file, it is a folder, or it cannot be read to
// its end.
[[nodiscard]] std::optional<std::string> file_text(
    const std::filesystem::path& path);

// The same; DataError that names the file instead of nothing.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

}  // namespace moestro
MOESTRO_API_END
