// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/stray_letter.h"

#include <algorithm>

namespace moestro {
namespace {

// Behind the string that begins here; strings in double quotes escape.
size_t end_of_string(std::string_view text, size_t begin) {
  const char quote = text[begin];
  const std::string_view three = quote == '"' ? "\"\"\"" : "'''";
  const bool long_one = text.substr(begin).starts_with(three);
  const auto close = long_one ? three : three.substr(0, 1);
  for (auto i = begin + close.size(); i < text.size(); ++i) {
    if (text[i] == '\\' && quote == '"') {
      ++i;
    } else if (text.substr(i).starts_with(close)) {
      return i + close.size();
    } else if (text[i] == '\n' && !long_one) {
      return i;
    }
  }
  return text.size();
}

}  // namespace

std::optional<size_t> stray_letter(std::string_view toml) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  size_t i = toml.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  while (i < toml.size()) {
    if (toml[i] == '"' || toml[i] == '\'') {
      i = end_of_string(toml, i);
    } else if (toml[i] == '#') {
      i = std::min(toml.find('\n', i), toml.size());
    } else if (static_cast<unsigned char>(toml[i]) >= 0x80) {
      return i;
    } else {
      ++i;
    }
  }
  return std::nullopt;
}

}  // namespace moestro
