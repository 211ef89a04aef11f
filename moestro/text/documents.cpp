// SPDX-License-Identifier: Apache-2.0
#include "moestro/text/documents.h"

#define XXH_INLINE_ALL
#include <algorithm>
#include <bit>
#include <cstdio>
#include <fstream>

#include <xxhash.h>

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

void write_file(const std::filesystem::path& path, const void* data, size_t n) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(static_cast<const char*>(data), static_cast<std::streamsize>(n));
  file.close();
  if (!file) {
    fail_storage("cannot write " + path.string() + "; is the disk full?");
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

std::string text_hash_hex(std::span<const uint8_t> bytes) {
  char digits[17];
  std::snprintf(
      digits,
      sizeof digits,
      "%016llx",
      static_cast<unsigned long long>(XXH3_64bits(bytes.data(), bytes.size())));
  return digits;
}

void write_shard(const std::filesystem::path& stem, const Documents& docs) {
  write_file(with(stem, ".bin"), docs.bytes.data(), docs.bytes.size());
  write_file(
      with(stem, ".offsets"),
      docs.offsets.data(),
      docs.offsets.size() * sizeof(uint64_t));
}

Documents read_shard(const std::filesystem::path& stem) {
  const auto bytes = read_file(with(stem, ".bin"));
  const auto offsets = read_file(with(stem, ".offsets"));
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
