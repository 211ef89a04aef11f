// SPDX-License-Identifier: Apache-2.0
#include "moestro/serve/palette.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numbers>

namespace moestro {
namespace {

constexpr double kBlue = 255, kOrange = 52;  // hue, degrees

struct Theme {
  double middle, end;  // lightness of "1" and of the extremes
};
constexpr Theme kLight{0.965, 0.47}, kDark{0.29, 0.80};
constexpr double kChroma = 0.135;

int channel(double linear) {
  const double c = std::clamp(linear, 0.0, 1.0);
  const double gamma =
      c <= 0.0031308 ? 12.92 * c : 1.055 * std::pow(c, 1 / 2.4) - 0.055;
  return static_cast<int>(std::lround(gamma * 255));
}

std::string hex(double lightness, double chroma, double hue) {
  const double angle = hue * std::numbers::pi / 180;
  const double a = chroma * std::cos(angle), b = chroma * std::sin(angle);
  const auto cube = [](double v) { return v * v * v; };
  const double l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b);
  const double m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
  const double s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
  char text[8];
  std::snprintf(
      text,
      sizeof text,
      "#%02x%02x%02x",
      channel(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
      channel(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
      channel(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s));
  return text;
}

std::string rules(const Theme& theme) {
  std::string css;
  for (int level = 0; level < kLevels; ++level) {
    constexpr int kMiddle = kLevels / 2;
    const double t = (level - kMiddle) / (kLevels / 2.0);
    const double lightness =
        theme.middle + (theme.end - theme.middle) * std::abs(t);
    const auto colour =
        hex(lightness, kChroma * std::abs(t), t < 0 ? kBlue : kOrange);
    css += ".h" + std::to_string(level) + "{fill:" + colour;
    css += ";background:" + colour;
    css += lightness > 0.62 ? ";color:#14181d}" : ";color:#fff}";
  }
  return css;
}

}  // namespace

int level_of(double ratio) {
  if (!(ratio > 0)) {
    return 0;
  }
  const double t = std::clamp(std::log2(ratio) / 2, -1.0, 1.0);
  return static_cast<int>(std::lround((t + 1) * (kLevels / 2.0 - 0.5)));
}

std::string palette_css() {
  return rules(kLight) + "@media(prefers-color-scheme:dark){" + rules(kDark) +
         "}";
}

}  // namespace moestro
