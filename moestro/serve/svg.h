// SPDX-License-Identifier: Apache-2.0
// Charts as SVG text that stands in the page: curves over steps, heat maps,
// bars. Colours come from the page's CSS, so light and dark need one drawing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro::svg {

// For text and attribute values.
[[nodiscard]] std::string escape(std::string_view text);

// At most two digits after the point, none where they are zeros.
[[nodiscard]] std::string coordinate(double value);

// About `count` round numbers from low to high.
[[nodiscard]] std::vector<double> ticks(double low, double high, int count);
[[nodiscard]] std::string tick_text(double value, double step);

struct Point {
  double x, y;
};

// Class of the index-th curve of a plot; they begin anew after six.
[[nodiscard]] std::string_view ink(size_t index);

// At most `columns` points, each the mean of its stretch.
[[nodiscard]] std::vector<Point> thinned(
    const std::vector<Point>& points, size_t columns);

struct Curve {
  std::string name;
  std::string_view css;       // class: "c1".."c6", "floor", "limit", "faint"
  std::vector<Point> points;  // a NaN breaks the curve
};

// A horizontal line with its name, such as a baseline.
struct Level {
  std::string name;
  double y;
};

// An upright line with its name on top: something happened there.
struct Mark {
  std::string name;
  double x;
};

struct Plot {
  std::string title;  // for readers of the screen, and small ones above
  std::vector<Curve> curves;
  std::vector<Level> levels;
  std::vector<Mark> marks{};
  double width = 760, height = 280;
  double last_x = 1;
  double lowest_y = 0;  // the axis starts here or above the lowest point
};

[[nodiscard]] std::string line_plot(const Plot& plot);

// Chips with the curves' names.
[[nodiscard]] std::string legend(const std::vector<Curve>& curves);

struct HeatMap {
  std::string title;
  std::vector<std::vector<double>> columns;  // [column][row], 1 = mean
  double last_x = 1;
  double width = 760;
};

[[nodiscard]] std::string heat_map(const HeatMap& map);
[[nodiscard]] std::string heat_legend();

// Upright bars, the line at 1 marked.
[[nodiscard]] std::string bars(
    const std::vector<double>& heights, const std::string& title);

}  // namespace moestro::svg
MOESTRO_API_END
