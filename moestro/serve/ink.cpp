// SPDX-License-Identifier: Apache-2.0
#include "moestro/serve/ink.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "moestro/base/text.h"

namespace moestro {
namespace {

constexpr std::array<std::string_view, 8> kBlocks{
    "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<std::string_view, 8> kEighths{
    "", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
constexpr double kDead = 0.05;

std::string_view code_of(Ink ink) {
  switch (ink) {
    case Ink::kBold:
      return "1";
    case Ink::kFaint:
      return "2";
    case Ink::kGood:
      return "32";
    case Ink::kWarn:
      return "33";
    case Ink::kBad:
      return "31";
    case Ink::kAccent:
      return "36";
    case Ink::kNone:
      break;
  }
  return "";
}

Ink ink_of(double load) {
  if (!(load >= kDead) || load >= 2) {
    return Ink::kBad;
  }
  return load < 0.5 || load > 1.5 ? Ink::kWarn : Ink::kGood;
}

std::string_view glyph_of(double load) {
  if (!(load >= kDead)) {
    return "·";
  }
  const auto level = static_cast<int>(std::lround(load * 4)) - 1;
  return kBlocks[static_cast<size_t>(std::clamp(level, 0, 7))];
}

// At most `width` means over neighbours.
std::vector<double> grouped(std::span<const double> loads, size_t width) {
  const auto groups = std::min(loads.size(), std::max<size_t>(width, 1));
  std::vector<double> means;
  for (size_t g = 0; g < groups; ++g) {
    const auto begin = g * loads.size() / groups;
    const auto end = (g + 1) * loads.size() / groups;
    double sum = 0;
    for (const double load : loads.subspan(begin, end - begin)) {
      sum += load;
    }
    means.push_back(sum / static_cast<double>(end - begin));
  }
  return means;
}

}  // namespace

std::string paint(std::string_view text, Ink ink, Style style) {
  if (style == Style::kPlain || ink == Ink::kNone) {
    return std::string(text);
  }
  return "\x1b[" + std::string(code_of(ink)) + "m" + std::string(text) +
         "\x1b[0m";
}

std::string load_bar(std::span<const double> loads, size_t width, Style style) {
  const bool wide = loads.size() * 3 <= width;
  std::string bar, run;
  Ink ink = Ink::kNone;
  for (const double load : grouped(loads, width)) {
    const auto next = ink_of(load);
    if (next != ink && !run.empty()) {
      bar += paint(run, ink, style);
      run.clear();
    }
    ink = next;
    run += glyph_of(load);
    if (wide) {
      run.append(glyph_of(load)).append(" ");
    }
  }
  return run.empty() ? bar : bar + paint(run, ink, style);
}

std::string spark_line(std::span<const double> values, size_t width) {
  if (values.empty()) {
    return {};
  }
  const auto [low, high] = std::ranges::minmax(values);
  const double range = high > low ? high - low : 1;
  std::string line;
  for (const double value : grouped(values, width)) {
    const auto level = std::lround((value - low) / range * 7);
    line += kBlocks[static_cast<size_t>(std::clamp<int64_t>(level, 0, 7))];
  }
  return line;
}

std::string progress_bar(double share, size_t width) {
  const auto clamped = share >= 0 ? std::min(share, 1.0) : 0.0;
  const auto eighths =
      static_cast<size_t>(clamped * static_cast<double>(width) * 8);
  std::string bar;
  for (size_t i = 0; i < eighths / 8; ++i) {
    bar += kBlocks.back();
  }
  bar += kEighths[eighths % 8];
  return pad_right(std::move(bar), width);
}

size_t columns_of(std::string_view text) {
  size_t columns = 0;
  bool escape = false;
  for (const char c : text) {
    if (escape) {
      escape = c != 'm';
    } else if (c == '\x1b') {
      escape = true;
    } else {
      columns += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1U : 0U;
    }
  }
  return columns;
}

std::string pad_left(std::string text, size_t width) {
  const auto columns = columns_of(text);
  if (columns < width) {
    text.insert(0, width - columns, ' ');
  }
  return text;
}

std::string pad_right(std::string text, size_t width) {
  const auto columns = columns_of(text);
  if (columns < width) {
    text.append(width - columns, ' ');
  }
  return text;
}

std::string number(std::optional<double> value, int digits) {
  return value && std::isfinite(*value) ? fixed(*value, digits) : "–";
}

std::string percent(std::optional<double> share, int digits) {
  return share && std::isfinite(*share) ? fixed(*share * 100, digits) + " %"
                                        : "–";
}

std::string amount(std::optional<double> value) {
  if (!value || !std::isfinite(*value)) {
    return "–";
  }
  constexpr std::array<std::string_view, 4> kUnits{"", " k", " M", " G"};
  double v = *value;
  size_t unit = 0;
  while (std::abs(v) >= 999.5 && unit + 1 < kUnits.size()) {
    v /= 1000;
    ++unit;
  }
  const int digits = unit == 0 || std::abs(v) >= 99.95 ? 0 : 1;
  return fixed(v, digits) + std::string(kUnits[unit]);
}

}  // namespace moestro
