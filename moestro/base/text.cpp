// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace moestro {
namespace {

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Edits that turn a into b: insert, delete, replace.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row[b.size()];
}

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// Of one whole character.
uint32_t code_point(std::string_view character) {
  constexpr uint32_t kLead[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  uint32_t code =
      static_cast<unsigned char>(character[0]) & kLead[character.size()];
  for (const char c : character.substr(1)) {
    code = code << 6U | (static_cast<unsigned char>(c) & 0x3FU);
  }
  return code;
}

// What a first byte promises; 0 where none may begin a character.
size_t promised_size(unsigned char first) {
  if (first < 0x80) {
    return 1;
  }
  if (first < 0xC2 || first >= 0xF5) {
    return 0;
  }
  return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

// Bytes of the character that the text begins with; 0 when it is no UTF-8.
size_t character_size(std::string_view text) {
  const auto size = promised_size(static_cast<unsigned char>(text[0]));
  const auto one = text.substr(0, size);
  if (size == 0 || one.size() < size ||
      !std::ranges::all_of(one.substr(1), continues)) {
    return 0;
  }
  constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const auto code = code_point(one);
  const bool surrogate = code >= 0xD800 && code < 0xE000;
  return code < kLeast[size] || surrogate || code > 0x10FFFF ? 0 : size;
}

// By a terminal: C0 and C1 controls, line separators, marks of direction.
bool is_obeyed(uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x61C ||
         (code >= 0x200E && code <= 0x200F) ||
         (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069);
}

std::string hex_escapes(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    out += {'\\', 'x', kDigits[value >> 4U], kDigits[value & 15U]};
  }
  return out;
}

std::optional<int64_t> whole(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> items;
  while (!text.empty()) {
    const auto at = text.find(separator);
    const auto item = trim(text.substr(0, at));
    if (!item.empty()) {
      items.push_back(item);
    }
    text = at == std::string_view::npos ? "" : text.substr(at + 1);
  }
  return items;
}

std::string join(
    std::span<const std::string_view> items, std::string_view between) {
  std::string all;
  for (const auto item : items) {
    if (!all.empty()) {
      all += between;
    }
    all += item;
  }
  return all;
}

std::string join(std::span<const std::string> items, std::string_view between) {
  const std::vector<std::string_view> views(items.begin(), items.end());
  return join(views, between);
}

std::string two_digits(int64_t number) {
  const auto digits = std::to_string(number);
  return digits.size() < 2 ? "0" + digits : digits;
}

std::string shortest(double value) {
  std::array<char, 32> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  std::string text(buffer.data(), end);
  if (text.find_first_not_of("-0123456789") == std::string::npos) {
    text += ".0";
  }
  return text;
}

std::string fixed(double value, int digits) {
  std::array<char, 400> buffer{};
  const auto end = std::to_chars(
                       buffer.data(),
                       buffer.data() + buffer.size(),
                       value,
                       std::chars_format::fixed,
                       digits)
                       .ptr;
  return {buffer.data(), end};
}

std::string with_commas(int64_t value) {
  auto text = std::to_string(value);
  const int64_t first = value < 0 ? 1 : 0;
  for (auto at = static_cast<int64_t>(text.size()) - 3; at > first; at -= 3) {
    text.insert(static_cast<size_t>(at), ",");
  }
  return text;
}

std::string visible(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto size = character_size(text);
    const auto one = text.substr(0, std::max<size_t>(size, 1));
    const bool shown = size > 0 && !is_obeyed(code_point(one));
    out += shown ? std::string(one) : hex_escapes(one);
    text.remove_prefix(one.size());
  }
  return out;
}

bool is_utf8(std::string_view text) {
  size_t size = 1;
  while (!text.empty() && size > 0) {
    size = character_size(text);
    text.remove_prefix(size);
  }
  return size > 0;
}

std::string clock_text(double seconds) {
  constexpr double kLongest = 1e12;  // what nobody measured
  if (!(std::abs(seconds) < kLongest)) {
    return "–";
  }
  const auto whole_seconds = static_cast<int64_t>(std::llround(seconds));
  const auto two = [](int64_t n) {
    return (n < 10 ? "0" : "") + std::to_string(n);
  };
  const auto minutes = whole_seconds / 60;
  const auto tail = two(whole_seconds % 60);
  if (minutes < 60) {
    return std::to_string(minutes) + ":" + tail;
  }
  return std::to_string(minutes / 60) + ":" + two(minutes % 60) + ":" + tail;
}

std::optional<std::string_view> closest(
    std::string_view word, std::span<const std::string_view> known) {
  std::optional<std::string_view> best;
  size_t least = std::max<size_t>(2, word.size() / 3) + 1;
  for (const auto candidate : known) {
    // It takes that many edits at least, and less time to know.
    const auto longer = std::max(word.size(), candidate.size());
    if (longer - std::min(word.size(), candidate.size()) >= least) {
      continue;
    }
    const auto edits = distance(word, candidate);
    if (edits < least) {
      least = edits;
      best = candidate;
    }
  }
  const auto longer = std::ranges::find_if(known, [word](auto candidate) {
    return word.size() >= 3 && candidate.starts_with(word);
  });
  return best || longer == known.end() ? best : std::optional(*longer);
}

std::string did_you_mean(
    std::string_view word, std::span<const std::string_view> known) {
  if (const auto best = closest(word, known)) {
    return "; did you mean '" + std::string(*best) + "'?";
  }
  constexpr size_t kShown = 24;
  const auto shown = known.first(std::min(known.size(), kShown));
  return "; known: " + join(shown) + (known.size() > kShown ? ", ..." : "");
}

std::optional<std::vector<int64_t>> parse_range(
    std::string_view text, int64_t count) {
  std::vector<int64_t> all;
  for (const auto piece : split(text)) {
    const auto dash = piece.find('-');
    const auto first = whole(piece.substr(0, dash));
    const auto last =
        dash == std::string_view::npos ? first : whole(piece.substr(dash + 1));
    if (!first || !last || *first > *last || *last >= count) {
      return std::nullopt;
    }
    for (auto i = *first; i <= *last; ++i) {
      all.push_back(i);
    }
  }
  return all.empty() ? std::nullopt : std::optional(all);
}

}  // namespace moestro
