// SPDX-License-Identifier: Apache-2.0
#include "moestro/corpus/unpack.h"

#include <memory>

#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

namespace moestro {
namespace {

// A few megabytes can unpack to terabytes.
constexpr size_t kMostUnpacked = size_t{1} << 30U;

// A stream of one file, whatever compresses it.
std::shared_ptr<archive> open_stream(std::string_view file) {
  std::shared_ptr<archive> in(archive_read_new(), archive_read_free);
  archive_entry* entry = nullptr;
  const bool fine = archive_read_support_filter_gzip(in.get()) == ARCHIVE_OK &&
                    archive_read_support_format_raw(in.get()) == ARCHIVE_OK &&
                    archive_read_open_memory(
                        in.get(), file.data(), file.size()) == ARCHIVE_OK &&
                    archive_read_next_header(in.get(), &entry) == ARCHIVE_OK &&
                    archive_filter_code(in.get(), 0) == ARCHIVE_FILTER_GZIP;
  return fine ? in : nullptr;
}

}  // namespace

std::optional<std::string> unpacked(std::string_view file) {
  if (!file.starts_with("\x1f\x8b")) {
    return std::string(file);
  }
  const auto in = open_stream(file);
  if (!in) {
    return std::nullopt;
  }
  std::string text, block(1U << 18U, '\0');
  for (;;) {
    const auto count = archive_read_data(in.get(), block.data(), block.size());
    if (count <= 0) {
      return count == 0 ? std::optional(std::move(text)) : std::nullopt;
    }
    text.append(block, 0, static_cast<size_t>(count));
    if (text.size() > kMostUnpacked) {
      return std::nullopt;
    }
  }
}

std::optional<Inflated> inflate_stream(std::string_view bytes, size_t size) {
  // A hostile length must not ask for memory that the bytes cannot fill.
  constexpr size_t kMostRatio = 1032;  // of deflate
  if (size / kMostRatio > bytes.size()) {
    return std::nullopt;
  }
  Inflated out{.text = std::string(size, '\0')};
  auto written = static_cast<uLongf>(size);
  auto used = static_cast<uLong>(bytes.size());
  const auto status = uncompress2(
      reinterpret_cast<Bytef*>(out.text.data()),
      &written,
      reinterpret_cast<const Bytef*>(bytes.data()),
      &used);
  if (status != Z_OK || written != size) {
    return std::nullopt;
  }
  out.used = used;
  return out;
}

}  // namespace moestro
