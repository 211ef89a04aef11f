// SPDX-License-Identifier: Apache-2.0
#include "moestro/text/documents.h"

#define XXH_INLINE_ALL
#include <algorithm>
#include <bit>

#include <xxhash.h>

#include "moestro/base/durable.h"
#include "moestro/base/error.h"
#include "moestro/base/file.h"

namespace moestro {
namespace {

static_assert(std::endian::native == std::endian::little);

std::filesystem::path with(
    const std::filesystem::path& stem, std::string_view suffix) {
  auto path = stem;
  path += suffix;
  return path;
}

std::span<const std::byte> offset_bytes(const Documents& docs) {
  return std::as_bytes(std::span(docs.offsets));
}

void check_hash(
    const std::filesystem::path& path,
    std::string_view bytes,
    const std::string& expected) {
  const auto found = hash_hex(std::as_bytes(std::span(bytes)));
  if (!expected.empty() && found != expected) {
    fail_data(
        path.string() + " is damaged: its hash is " + found +
            ", its manifest says " + expected + "; build the corpus again",
        path.string());
  }
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 32 && byte != '\n' && byte != '\t' && byte != '\r' &&
          byte != '\f') ||
         byte == 127;
}

}  // namespace

void Documents::append(std::string_view text) {
  bytes.insert(bytes.end(), text.begin(), text.end());
  offsets.push_back(bytes.size());
}

uint64_t text_hash(std::string_view text) {
  return XXH3_64bits(text.data(), text.size());
}

ShardHashes hashes_of(const Documents& docs) {
  return {
      hash_hex(std::as_bytes(std::span(docs.bytes))),
      hash_hex(offset_bytes(docs))};
}

void write_shard(const std::filesystem::path& stem, const Documents& docs) {
  write_durably(with(stem, ".bin"), std::as_bytes(std::span(docs.bytes)));
  write_durably(with(stem, ".offsets"), offset_bytes(docs));
}

Documents read_shard(
    const std::filesystem::path& stem, const ShardHashes& expected) {
  const auto bytes = read_file(with(stem, ".bin"));
  check_hash(with(stem, ".bin"), bytes, expected.bytes);
  const auto offsets = read_file(with(stem, ".offsets"));
  check_hash(with(stem, ".offsets"), offsets, expected.offsets);
  Documents docs;
  docs.bytes.assign(bytes.begin(), bytes.end());
  docs.offsets.resize(offsets.size() / sizeof(uint64_t));
  std::copy_n(
      offsets.data(),
      docs.offsets.size() * sizeof(uint64_t),
      reinterpret_cast<char*>(docs.offsets.data()));
  if (offsets.size() % sizeof(uint64_t) != 0 || docs.offsets.empty() ||
      docs.offsets.front() != 0 || docs.offsets.back() != bytes.size() ||
      !std::is_sorted(docs.offsets.begin(), docs.offsets.end())) {
    fail_data(
        with(stem, ".offsets").string() +
        " does not fit its .bin file; build the corpus again");
  }
  return docs;
}

bool looks_binary(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    return true;
  }
  const auto controls = std::count_if(text.begin(), text.end(), is_control);
  return static_cast<size_t>(controls) * 100 > text.size();
}

}  // namespace moestro
