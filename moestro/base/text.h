// SPDX-License-Identifier: Apache-2.0
// Small work on text: splitting, joining, numbers, suggestions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// "a,b" -> {"a", "b"}; "" -> {}. Blanks around an item are dropped.
[[nodiscard]] std::vector<std::string_view> split(
    std::string_view text, char separator = ',');

[[nodiscard]] std::string join(
    std::span<const std::string_view> items, std::string_view between = ", ");
[[nodiscard]] std::string join(
    std::span<const std::string> items, std::string_view between = ", ");

// 3 -> "03": how layers are numbered in names, so that they sort.
[[nodiscard]] std::string two_digits(int64_t number);

// The shortest text that reads back as the same number; whole numbers keep
// ".0", so that TOML reads them as floating point.
[[nodiscard]] std::string shortest(double value);

// Fixed number of digits after the point.
[[nodiscard]] std::string fixed(double value, int digits);

// 1234567 -> "1,234,567".
[[nodiscard]] std::string with_commas(int64_t value);

// For a terminal: control characters, marks that turn the direction of writing
// and what is no UTF-8 become "\x1b", byte by byte. Names come from anywhere,
// and a terminal obeys what it is shown.
[[nodiscard]] std::string visible(std::string_view text);

[[nodiscard]] bool is_utf8(std::string_view text);

// Seconds as "1:05" or "2:03:10".
[[nodiscard]] std::string clock_text(double seconds);

// The known word nearest to the given one, if it is near enough.
[[nodiscard]] std::optional<std::string_view> closest(
    std::string_view word, std::span<const std::string_view> known);

// "; did you mean 'x'?", or the list of what there is when nothing is near.
[[nodiscard]] std::string did_you_mean(
    std::string_view word, std::span<const std::string_view> known);

// "0-2,5" -> {0, 1, 2, 5}; nothing when it is malformed, inverted or goes
// beyond `count`.
[[nodiscard]] std::optional<std::vector<int64_t>> parse_range(
    std::string_view text, int64_t count);

}  // namespace moestro
MOESTRO_API_END
