// SPDX-License-Identifier: Apache-2.0
#include "moestro/corpus/r_strings.h"

#include <cstdint>
#include <optional>

#include "moestro/corpus/unpack.h"

namespace moestro {
namespace {

// XDR: big-endian integers. Reading past the end gives zeros and empty text,
// and `fine` turns false.
struct Xdr {
  std::string_view rest;
  bool fine = true;

  std::string_view take(size_t n) {
    if (n > rest.size()) {
      fine = false;
      n = 0;
    }
    const auto part = rest.substr(0, n);
    rest.remove_prefix(n);
    return part;
  }
  uint32_t integer() {
    uint32_t value = 0;
    for (const char c : take(4)) {
      value = value << 8U | static_cast<unsigned char>(c);
    }
    return value;
  }
};

constexpr uint32_t kCharacterVector = 16;
constexpr uint32_t kMissing = 0xFFFFFFFF;

std::string character_vector(std::string_view object) {
  Xdr in{object};
  if (in.take(2) != "X\n") {
    return {};
  }
  const auto version = in.integer();
  in.take(8);  // versions of the writer
  if (version == 3) {
    in.take(in.integer());  // name of the encoding
  }
  if ((in.integer() & 0xFFU) != kCharacterVector) {
    return {};
  }
  std::string text;
  for (auto left = in.integer(); left > 0 && in.fine; --left) {
    in.integer();  // flags
    const auto length = in.integer();
    text += length == kMissing ? "" : in.take(length);
    text += '\n';
  }
  return in.fine ? text : std::string();
}

}  // namespace

std::vector<std::string> r_texts(std::string_view file) {
  std::vector<std::string> texts;
  while (file.size() > 4) {
    const auto size = Xdr{file}.integer();
    const auto chunk = inflate_stream(file.substr(4), size);
    if (!chunk) {
      break;
    }
    auto text = character_vector(chunk->text);
    if (!text.empty()) {
      texts.push_back(std::move(text));
    }
    file.remove_prefix(4 + chunk->used);
  }
  return texts;
}

}  // namespace moestro
