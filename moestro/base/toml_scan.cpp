// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/toml_scan.h"

#include <algorithm>
#include <vector>

namespace moestro {
namespace {

// Behind the string that begins here; strings in double quotes escape, long
// ones may end in two quotes of their own.
size_t end_of_string(std::string_view text, size_t begin) {
  const char quote = text[begin];
  const std::string_view three = quote == '"' ? "\"\"\"" : "'''";
  const bool long_one = text.substr(begin).starts_with(three);
  const auto close = long_one ? three : three.substr(0, 1);
  for (auto i = begin + close.size(); i < text.size(); ++i) {
    if (text[i] == '\\' && quote == '"') {
      ++i;
    } else if (text.substr(i).starts_with(close)) {
      const auto behind = i + close.size();
      const auto own = text.substr(behind, long_one ? 2 : 0);
      return behind + std::min(own.find_first_not_of(quote), own.size());
    } else if (text[i] == '\n' && !long_one) {
      return i;
    }
  }
  return text.size();
}

// Where `found` first answers true, outside of strings and comments.
template <class Found>
std::optional<size_t> first_bare(std::string_view toml, Found found) {
  for (size_t i = 0; i < toml.size();) {
    if (toml[i] == '"' || toml[i] == '\'') {
      i = end_of_string(toml, i);
    } else if (toml[i] == '#') {
      i = std::min(toml.find('\n', i), toml.size());
    } else if (found(toml[i])) {
      return i;
    } else {
      ++i;
    }
  }
  return std::nullopt;
}

// How deep the present place is: brackets that are open, and dots of the keys
// around it.
class Depth {
 public:
  size_t after(char c) {
    if (c == '[' || c == '{') {
      around_.push_back(++here_);
    } else if (c == ']' || c == '}') {
      close();
    } else if (c == '.') {
      ++here_;
    } else if (c == ',' || (c == '\n' && around_.size() == 1)) {
      here_ = around_.back();
    }
    return here_;
  }

 private:
  void close() {
    if (around_.size() > 1) {
      around_.pop_back();
    }
    here_ = around_.back();
  }

  size_t here_ = 0;
  std::vector<size_t> around_ = {0};
};

}  // namespace

std::optional<size_t> stray_letter(std::string_view toml) {
  return first_bare(
      toml, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

std::optional<size_t> too_deep(std::string_view toml, size_t most) {
  Depth depth;
  return first_bare(toml, [&](char c) { return depth.after(c) > most; });
}

}  // namespace moestro
