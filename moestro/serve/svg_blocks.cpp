// SPDX-License-Identifier: Apache-2.0
// Heat maps and bars. All cells of one colour are one path: a cell costs a
// dozen bytes, whatever the number of experts.
#include <algorithm>
#include <array>
#include <cmath>

#include "moestro/base/text.h"
#include "moestro/serve/palette.h"
#include "moestro/serve/svg.h"

namespace moestro::svg {
namespace {

constexpr double kLeft = 46, kRight = 14, kBottom = 24;
constexpr double kTallest = 260;

double row_height(size_t rows) {
  return std::clamp(kTallest / static_cast<double>(rows), 2.0, 20.0);
}

// Unit cells; the group around them scales.
std::string cells(const HeatMap& map) {
  std::array<std::string, kLevels> paths;
  for (size_t x = 0; x < map.columns.size(); ++x) {
    const auto& column = map.columns[x];
    for (size_t y = 0; y < column.size(); ++y) {
      paths[static_cast<size_t>(level_of(column[y]))] +=
          "M" + std::to_string(x) + " " + std::to_string(y) + "h1v1h-1z";
    }
  }
  std::string out;
  for (size_t level = 0; level < paths.size(); ++level) {
    if (!paths[level].empty()) {
      out += "<path class=\"h" + std::to_string(level) + "\" d=\"" +
             paths[level] + "\"/>";
    }
  }
  return out;
}

std::string row_names(size_t rows, double height) {
  const size_t each = height >= 11 ? 1 : rows / 8;
  std::string out;
  for (size_t e = 0; e < rows; e += std::max<size_t>(each, 1)) {
    const double y = (static_cast<double>(e) + 0.5) * height + 4;
    out += "<text class=\"tick end\" x=\"" + coordinate(kLeft - 8) + "\" y=\"" +
           coordinate(y) + "\">" + std::to_string(e) + "</text>";
  }
  return out;
}

std::string step_names(const HeatMap& map, double bottom) {
  std::string out;
  const double room = map.width - kLeft - kRight;
  const double last = std::max(map.last_x, 1.0);
  for (const double step : ticks(0, last, 6)) {
    out += "<text class=\"tick mid\" x=\"" +
           coordinate(kLeft + step / last * room) + "\" y=\"" +
           coordinate(bottom + 16) + "\">" +
           with_commas(static_cast<int64_t>(step)) + "</text>";
  }
  return out;
}

}  // namespace

std::string heat_map(const HeatMap& map) {
  if (map.columns.empty() || map.columns[0].empty()) {
    return {};
  }
  const auto rows = map.columns[0].size();
  const double height = row_height(rows);
  const double bottom = height * static_cast<double>(rows);
  const double width =
      (map.width - kLeft - kRight) / static_cast<double>(map.columns.size());
  return "<svg viewBox=\"0 0 " + coordinate(map.width) + " " +
         coordinate(bottom + kBottom) + "\" role=\"img\" aria-label=\"" +
         escape(map.title) + "\"><title>" + escape(map.title) +
         "</title><g shape-rendering=\"crispEdges\" transform=\"translate(" +
         coordinate(kLeft) + " 0) scale(" + shortest(width) + " " +
         shortest(height) + ")\">" + cells(map) + "</g>" +
         row_names(rows, height) + step_names(map, bottom) + "</svg>";
}

std::string heat_legend() {
  std::string out =
      "<p class=\"legend\"><span>load, times the mean</span><svg "
      "class=\"scale\" "
      "viewBox=\"0 0 340 30\">";
  for (int level = 0; level < kLevels; ++level) {
    out += "<rect class=\"h" + std::to_string(level) + "\" x=\"" +
           std::to_string(level * 20) + "\" width=\"20\" height=\"12\"/>";
  }
  constexpr std::array<std::string_view, 5> kNames{"≤ ¼", "½", "1", "2", "≥ 4"};
  for (size_t i = 0; i < kNames.size(); ++i) {
    out += "<text class=\"tick mid\" x=\"" +
           std::to_string(std::min<size_t>(10 + i * 80, 325)) + "\" y=\"26\">" +
           std::string(kNames[i]) + "</text>";
  }
  return out + "</svg></p>";
}

std::string bars(const std::vector<double>& heights, const std::string& title) {
  constexpr double kWidth = 370, kHeight = 130, kFloor = 108;
  if (heights.empty()) {
    return {};
  }
  const double top = std::max(2.0, *std::ranges::max_element(heights));
  const double unit = (kFloor - 8) / top;
  const double each =
      (kWidth - kLeft - kRight) / static_cast<double>(heights.size());
  auto out = "<svg viewBox=\"0 0 " + coordinate(kWidth) + " " +
             coordinate(kHeight) + "\" role=\"img\"><title>" + escape(title) +
             "</title>";
  for (size_t i = 0; i < heights.size(); ++i) {
    const double h = heights[i] * unit;
    out += "<rect class=\"bar\" x=\"" +
           coordinate(kLeft + each * static_cast<double>(i) + each * 0.1) +
           "\" y=\"" + coordinate(kFloor - h) + "\" width=\"" +
           coordinate(each * 0.8) + "\" height=\"" +
           coordinate(std::max(h, 0.8)) + "\"><title>" + fixed(heights[i], 2) +
           "</title></rect>";
  }
  for (const double mark : {0.0, 1.0, 2.0}) {
    const auto y = coordinate(kFloor - mark * unit);
    out += mark == 1 ? "<line class=\"level" : "<line class=\"grid";
    out += "\" x1=\"" + coordinate(kLeft) + "\" x2=\"" +
           coordinate(kWidth - kRight) + "\" y1=\"" + y;
    out += "\" y2=\"" + y;
    out += "\"/><text class=\"tick end\" x=\"" + coordinate(kLeft - 8) +
           "\" y=\"" + coordinate(kFloor - mark * unit + 4) + "\">" +
           fixed(mark, 0) + "</text>";
  }
  return out + "</svg>";
}

}  // namespace moestro::svg
