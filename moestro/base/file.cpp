// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/file.h"

#include <fstream>
#include <iterator>

#include "moestro/base/error.h"

namespace moestro {

std::optional<std::string> file_text(const std::filesystem::path& path) {
  // A folder opens like a file.
  std::error_code ignored;
  std::ifstream in(path, std::ios::binary);
  if (!in || std::filesystem::is_directory(path, ignored)) {
    return std::nullopt;
  }
  std::string text(std::istreambuf_iterator<char>(in), {});
  return in.bad() ? std::nullopt : std::optional(std::move(text));
}

std::string read_file(const std::filesystem::path& path) {
  auto text = file_text(path);
  if (!text) {
    const bool folder = std::filesystem::is_directory(path);
    fail_data(
        "cannot read " + path.string() + (folder ? ": it is a folder" : ""));
  }
  return *std::move(text);
}

}  // namespace moestro
