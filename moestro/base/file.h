// SPDX-License-Identifier: Apache-2.0
// Whole files. What is no regular file (a FIFO without a writer, a device
// without an end) is refused, not waited for; but the open files that a shell
// names (/dev/stdin, /dev/fd/N) may be pipes, of a gigabyte at most.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// Nothing when there is no such file, it is no regular one, or it cannot be
// read to its end.
[[nodiscard]] std::optional<std::string> file_text(
    const std::filesystem::path& path);

// The same; DataError that names the file and says why instead of nothing.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

// The same, where "-" is standard input.
[[nodiscard]] std::string read_input(const std::string& path);

// "a FIFO", "a folder", ...: what stands there instead of a regular file,
// followed through links; empty for a regular file and for nothing at all.
[[nodiscard]] std::string odd_kind(const std::filesystem::path& path);

}  // namespace moestro
MOESTRO_API_END
