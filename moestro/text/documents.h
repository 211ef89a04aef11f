// SPDX-License-Identifier: Apache-2.0
// Documents, one after the other in memory: a domain's text as the data set
// reads it and as a shard stores it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

struct Documents {
  std::vector<uint8_t> bytes;
  std::vector<uint64_t> offsets{0};  // one more than there are documents

  [[nodiscard]] size_t size() const { return offsets.size() - 1; }
  [[nodiscard]] std::span<const uint8_t> operator[](size_t i) const {
    return std::span(bytes).subspan(
        offsets[i], static_cast<size_t>(offsets[i + 1] - offsets[i]));
  }
  void append(std::string_view text);
};

// XXH3 of the text: names a document when copies are dropped and when
// validation documents are chosen.
[[nodiscard]] uint64_t text_hash(std::string_view text);

// XXH3 of both files of a shard, 16 hexadecimal digits each; empty where nobody
// wrote it down.
struct ShardHashes {
  std::string bytes, offsets;
};
[[nodiscard]] ShardHashes hashes_of(const Documents&);

// STEM.bin holds the bytes, STEM.offsets little-endian 64-bit offsets. Both
// survive a kill. StorageError.
void write_shard(const std::filesystem::path& stem, const Documents&);
// DataError that names the file which is missing, is not what was hashed, or
// does not fit the other. The bytes are hashed as they lie in memory: checking
// reads nothing twice.
[[nodiscard]] Documents read_shard(
    const std::filesystem::path& stem, const ShardHashes& expected);

// True for what no reader would call text: a NUL byte, or more than one
// control byte in a hundred.
[[nodiscard]] bool looks_binary(std::string_view text);

}  // namespace moestro
MOESTRO_API_END
