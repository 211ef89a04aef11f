// SPDX-License-Identifier: Apache-2.0
#include "moestro/serve/svg.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>

#include "moestro/base/text.h"

namespace moestro::svg {
namespace {

constexpr double kLeft = 46, kRight = 14, kTop = 12, kBottom = 30;
constexpr double kLetter = 7.7, kGap = 8;

struct Tick {
  double y;
  std::string text;
};

// Data to drawing coordinates.
struct Frame {
  double width, height, last_x, low, high;
  std::vector<Tick> ticks;
  double left;  // of the curves

  [[nodiscard]] double x(double value) const {
    return left + value / last_x * (width - left - kRight);
  }
  [[nodiscard]] double y(double value) const {
    return kTop + (high - value) / (high - low) * (height - kTop - kBottom);
  }
  [[nodiscard]] double bottom() const { return height - kBottom; }
};

std::string text_at(Point at, std::string_view css, std::string_view text) {
  return "<text x=\"" + coordinate(at.x) + "\" y=\"" + coordinate(at.y) +
         "\" class=\"" + std::string(css) + "\">" + escape(text) + "</text>";
}

std::string line_between(Point a, Point b, std::string_view css) {
  return "<line x1=\"" + coordinate(a.x) + "\" y1=\"" + coordinate(a.y) +
         "\" x2=\"" + coordinate(b.x) + "\" y2=\"" + coordinate(b.y) +
         "\" class=\"" + std::string(css) + "\"/>";
}

std::string opening(double width, double height, const std::string& title) {
  return "<svg viewBox=\"0 0 " + coordinate(width) + " " + coordinate(height) +
         "\" role=\"img\" aria-label=\"" + escape(title) + "\"><title>" +
         escape(title) + "</title>";
}

std::vector<Tick> y_ticks(double low, double high) {
  const auto marks = ticks(low, high, 5);
  const double step = marks.size() > 1 ? marks[1] - marks[0] : 1;
  std::vector<Tick> named;
  named.reserve(marks.size());
  for (const double value : marks) {
    named.push_back({value, tick_text(value, step)});
  }
  return named;
}

// Where the longest of the names has room to the left of the curves.
double left_edge(const std::vector<Tick>& ticks, double width) {
  double edge = kLeft;
  for (const auto& tick : ticks) {
    const auto letters = static_cast<double>(tick.text.size());
    edge = std::max(edge, kGap + kLetter * letters);
  }
  return std::min(edge, width / 3);
}

struct Range {
  double low, high;
};

Range range_of(const Plot& plot) {
  double high = -std::numeric_limits<double>::infinity();
  double low = -high;
  const auto take = [&](double y) {
    if (std::isfinite(y)) {
      low = std::min(low, y);
      high = std::max(high, y);
    }
  };
  for (const auto& curve : plot.curves) {
    for (const auto& point : curve.points) {
      take(point.y);
    }
  }
  for (const auto& level : plot.levels) {
    take(level.y);
  }
  return low <= high ? Range{low, high} : Range{0, 1};
}

Frame frame_of(const Plot& plot) {
  auto [low, high] = range_of(plot);
  // A level line is no cliff of rounding errors.
  const bool is_level = high - low < 1e-9 * std::abs(high);
  const double share = is_level ? std::abs(high) : high - low;
  const double pad = std::max(share * 0.06, 1e-6);
  low = std::max(plot.lowest_y, low - pad);
  high = std::max(high + pad, low + 1e-6);
  auto ticks = y_ticks(low, high);
  const double left = left_edge(ticks, plot.width);
  const double last_x = std::max(plot.last_x, 1.0);
  return {plot.width, plot.height, last_x, low, high, std::move(ticks), left};
}

std::string x_axis(const Frame& frame) {
  std::string out;
  const auto marks = ticks(0, frame.last_x, frame.width > 500 ? 6 : 4);
  for (const double value : marks) {
    out += text_at(
        {frame.x(value), frame.bottom() + 18},
        "tick mid",
        with_commas(static_cast<int64_t>(value)));
  }
  return out;
}

std::string axes(const Frame& frame) {
  std::string out;
  for (const auto& tick : frame.ticks) {
    const double y = frame.y(tick.y);
    out += line_between({frame.left, y}, {frame.width - kRight, y}, "grid");
    out += text_at({frame.left - kGap, y + 4}, "tick end", tick.text);
  }
  return out + x_axis(frame);
}

std::string path_of(const Curve& curve, const Frame& frame) {
  std::string d;
  bool pen_down = false;
  for (const auto& point : curve.points) {
    if (std::isfinite(point.y)) {
      d += (pen_down ? "L" : "M") + coordinate(frame.x(point.x)) + " " +
           coordinate(frame.y(point.y));
    }
    pen_down = std::isfinite(point.y);
  }
  return "<path class=\"line " + std::string(curve.css) + "\" d=\"" + d +
         "\"><title>" + escape(curve.name) + "</title></path>";
}

// Names stand on their lines; those that would cover each other move up.
std::string level_lines(std::vector<Level> levels, const Frame& frame) {
  constexpr double kLineHeight = 14;
  std::ranges::sort(levels, {}, &Level::y);
  std::string out;
  double above = INFINITY;
  for (const auto& level : levels) {
    const double y = frame.y(level.y);
    above = std::min(y - 5, above - kLineHeight);
    out += line_between({frame.left, y}, {frame.width - kRight, y}, "level");
    out += text_at(
        {frame.width - kRight - 4, above},
        "note end",
        level.name + ": " + fixed(level.y, 2));
  }
  return out;
}

// A name that would leave the drawing stands to the left of its line.
std::string mark_lines(const std::vector<Mark>& marks, const Frame& frame) {
  std::string out;
  for (const auto& mark : marks) {
    const double x = frame.x(mark.x);
    const bool left = mark.x > frame.last_x * 0.8;
    out += line_between({x, kTop}, {x, frame.bottom()}, "mark");
    out += text_at(
        {left ? x - 4 : x + 4, kTop + 10},
        left ? "note end" : "note",
        mark.name);
  }
  return out;
}

}  // namespace

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string coordinate(double value) {
  auto text = fixed(value, 2);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) {
    text.pop_back();
  }
  return text;
}

std::vector<double> ticks(double low, double high, int count) {
  const double rough = (high - low) / count;
  if (!(rough > 0) || !std::isfinite(rough)) {
    return {low};
  }
  const double power = std::pow(10, std::floor(std::log10(rough)));
  const double lead = rough / power;
  const double step = power * (lead <= 1   ? 1
                               : lead <= 2 ? 2
                               : lead <= 5 ? 5
                                           : 10);
  std::vector<double> marks;
  const double first = std::ceil(low / step - 1e-9);
  // Where steps are finer than doubles, `first + i` stands still.
  for (int i = 0; i <= 2 * count; ++i) {
    const double at = (first + i) * step;
    if (at <= high * (1 + 1e-9)) {
      marks.push_back(at + 0.0);  // never "-0"
    }
  }
  return marks;
}

std::string tick_text(double value, double step) {
  const int digits =
      step >= 1 ? 0 : static_cast<int>(std::ceil(-std::log10(step) - 1e-9));
  return fixed(value, std::clamp(digits, 0, 6));
}

std::string_view ink(size_t index) {
  constexpr std::string_view kInks[] = {"c1", "c3", "c2", "c4", "c5", "c6"};
  return kInks[index % std::size(kInks)];
}

std::vector<Point> thinned(const std::vector<Point>& points, size_t columns) {
  std::vector<Point> means;
  const auto each = (points.size() + columns - 1) / columns;
  for (size_t i = 0; i < points.size(); i += each) {
    Point sum{0, 0};
    const auto end = std::min(points.size(), i + each);
    for (size_t j = i; j < end; ++j) {
      sum.x += points[j].x;
      sum.y += points[j].y;
    }
    const auto count = static_cast<double>(end - i);
    means.push_back({sum.x / count, sum.y / count});
  }
  return means;
}

std::string line_plot(const Plot& plot) {
  const auto frame = frame_of(plot);
  auto out = opening(plot.width, plot.height, plot.title) + axes(frame);
  out += level_lines(plot.levels, frame);
  for (const auto& curve : plot.curves) {
    out += path_of(curve, frame);
  }
  out += mark_lines(plot.marks, frame);
  return out + "</svg>";
}

std::string legend(const std::vector<Curve>& curves) {
  std::string out = "<p class=\"legend\">";
  for (const auto& curve : curves) {
    out +=
        "<span><svg viewBox=\"0 0 22 8\" class=\"chip\"><path class=\"line " +
        std::string(curve.css) + "\" d=\"M1 4H21\"/></svg>" +
        escape(curve.name) + "</span>";
  }
  return out + "</p>";
}

}  // namespace moestro::svg
