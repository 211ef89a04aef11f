// SPDX-License-Identifier: Apache-2.0
// Writing for terminals: colour where it is wanted, bars out of Unicode blocks,
// columns that line up although a character may be several bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

enum class Style { kPlain, kColour };

enum class Ink { kNone, kBold, kFaint, kGood, kWarn, kBad, kAccent };

[[nodiscard]] std::string paint(std::string_view text, Ink ink, Style style);

// One glyph per expert, the mean load at half height, twice the mean or more
// at full height, a dot for an expert with less than 5 % of the mean. More
// experts than `width` are joined into equal groups, few are drawn wide. Loads
// in units of the mean.
[[nodiscard]] std::string load_bar(
    std::span<const double> loads, size_t width, Style style);

// One glyph a value from the lowest to the highest, joined into `width` or
// fewer.
[[nodiscard]] std::string spark_line(
    std::span<const double> values, size_t width);

// "█████▌    " with eighths, `width` characters.
[[nodiscard]] std::string progress_bar(double share, size_t width);

// Characters on the screen: bytes that start a character, escapes left out.
[[nodiscard]] size_t columns_of(std::string_view text);
[[nodiscard]] std::string pad_left(std::string text, size_t width);
[[nodiscard]] std::string pad_right(std::string text, size_t width);

// Fixed digits; "–" for what was not measured.
[[nodiscard]] std::string number(std::optional<double> value, int digits);
[[nodiscard]] std::string percent(std::optional<double> share, int digits);
// 12345678 -> "12.3 M"
[[nodiscard]] std::string amount(std::optional<double> value);

}  // namespace moestro
MOESTRO_API_END
