// SPDX-License-Identifier: Apache-2.0
// What fuzz targets share: foreign bytes are either read or refused with one of
// the library's own errors. Any other exception, and whatever a sanitizer sees,
// ends the target.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>

#include <unistd.h>

#include "moestro/base/error.h"

namespace moestro::fuzz {

inline std::string_view text_of(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Runs `body`; an error of the library is an answer too.
template <class Body>
int answered(const Body& body) {
  try {
    body();
  } catch (const Error&) {
    return 0;
  }
  return 0;
}

// A file of this process, in memory where the system has such a folder.
inline std::string written(std::string_view bytes, const std::string& ending) {
  static const bool kMemory = std::filesystem::exists("/dev/shm");
  const std::string path = std::string(kMemory ? "/dev/shm" : "/tmp") +
                           "/moestro-fuzz-" + std::to_string(getpid()) + ending;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

}  // namespace moestro::fuzz
