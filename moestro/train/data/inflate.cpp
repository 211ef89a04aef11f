// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/data/inflate.h"

#include <vector>

#include <zlib.h>

namespace moestro {
namespace {

constexpr int kGzipOrZlib = 32 + MAX_WBITS;

// One member; appends to `result` as far as it came.
bool inflate_member(std::string_view bytes, Inflated& result) {
  z_stream stream{};
  if (inflateInit2(&stream, kGzipOrZlib) != Z_OK) {
    return false;
  }
  const auto input = bytes.substr(result.used);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
  stream.avail_in = static_cast<uInt>(input.size());
  std::vector<char> block(1U << 18U);
  int status = Z_OK;
  while (status == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    status = inflate(&stream, Z_NO_FLUSH);
    result.text.append(block.data(), block.size() - stream.avail_out);
  }
  result.used += stream.total_in;
  inflateEnd(&stream);
  return status == Z_STREAM_END;
}

}  // namespace

std::optional<Inflated> inflate_stream(std::string_view bytes) {
  Inflated result;
  do {
    if (!inflate_member(bytes, result)) {
      return std::nullopt;
    }
  } while (bytes.substr(result.used).starts_with("\x1f\x8b"));
  return result;
}

}  // namespace moestro
