// SPDX-License-Identifier: Apache-2.0
// Sections with charts over the steps of the run.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "moestro/serve/sections.h"
#include "moestro/serve/svg.h"

namespace moestro::sections {
namespace {

using Points = std::vector<RunReader::Point>;

std::vector<svg::Point> in_bits(const Points& points) {
  std::vector<svg::Point> curve;
  for (const auto& p : points) {
    curve.push_back({static_cast<double>(p.step), p.value / std::numbers::ln2});
  }
  return curve;
}

// The mean over about a fortieth of the run around each point, so that the
// curve does not lag behind.
std::vector<svg::Point> smoothed(const std::vector<svg::Point>& points) {
  std::vector<double> sum{0}, count{0};
  for (const auto& p : points) {
    const bool known = std::isfinite(p.y);
    sum.push_back(sum.back() + (known ? p.y : 0));
    count.push_back(count.back() + (known ? 1 : 0));
  }
  const auto reach = points.size() / 80;
  std::vector<svg::Point> curve;
  for (size_t i = 0; i < points.size(); ++i) {
    const auto side = std::min({reach, i, points.size() - 1 - i});
    const auto begin = i - side, end = i + side + 1;
    const double n = count[end] - count[begin];
    if (n > 0) {
      curve.push_back({points[i].x, (sum[end] - sum[begin]) / n});
    }
  }
  return curve;
}

std::vector<svg::Level> levels_of(const BaselineFacts& loss) {
  std::vector<svg::Level> levels;
  const auto add = [&](std::string name, const Figure& bits) {
    if (bits) {
      levels.push_back({std::move(name), *bits});
    }
  };
  add("order 2 counts", loss.order2_bits_per_byte);
  add("zstd -19", loss.zstd_bits_per_byte);
  add("order 3 counts", loss.order3_bits_per_byte);
  return levels;
}

std::string caption(int32_t layer) {
  return "<figcaption>Layer " + std::to_string(layer) + "</figcaption>";
}

std::vector<svg::Point> zip(
    const std::vector<double>& x, const std::vector<double>& y) {
  std::vector<svg::Point> points(x.size());
  for (size_t i = 0; i < x.size(); ++i) {
    points[i] = {x[i], y[i]};
  }
  return points;
}

bool any_known(const std::vector<double>& values) {
  return std::ranges::any_of(values, [](double v) { return std::isfinite(v); });
}

// The metrics of one chart, each with what chance would show beside it.
std::vector<svg::Curve> curves_of(
    const LayerTrack& track, std::string_view chart) {
  std::vector<svg::Curve> curves;
  size_t next = 0;
  for (const auto& metric : track.metrics) {
    const auto reading = reading_of(*metric.info);
    if (reading.chart != chart || !any_known(metric.value)) {
      continue;
    }
    if (any_known(metric.expected)) {
      curves.push_back(
          {std::string(reading.label) + " by chance",
           "limit",
           zip(track.step, metric.expected)});
    }
    curves.push_back(
        {std::string(reading.label),
         svg::ink(next++),
         zip(track.step, metric.value)});
  }
  return curves;
}

// One small chart a layer, two in a row, under one legend.
std::string small_multiples(const Context& context, std::string_view chart) {
  std::string out = svg::legend(curves_of(context.tracks[0], chart)) +
                    "<div class=\"grid2\">";
  for (const auto& track : context.tracks) {
    svg::Plot plot;
    plot.title = std::string(chart) + ", layer " + std::to_string(track.layer);
    plot.curves = curves_of(track, chart);
    plot.width = 370;
    plot.height = 200;
    plot.last_x = static_cast<double>(context.card.steps);
    out +=
        "<figure>" + caption(track.layer) + svg::line_plot(plot) + "</figure>";
  }
  return out + "</div>";
}

// Something to see: known and not 0 all the time.
bool is_drawn(const Context& context, size_t m) {
  return std::ranges::any_of(context.tracks, [m](const LayerTrack& track) {
    return std::ranges::any_of(track.metrics[m].value, [](double v) {
      return std::isfinite(v) && v != 0;
    });
  });
}

// Titles in the order of the metrics, with what their metrics mean.
std::vector<std::pair<std::string_view, std::string>> charts_of(
    const Context& context) {
  std::vector<std::pair<std::string_view, std::string>> charts;
  for (size_t m = 0; m < context.tracks.front().metrics.size(); ++m) {
    const auto reading = reading_of(*context.tracks.front().metrics[m].info);
    if (reading.chart.empty() || !is_drawn(context, m)) {
      continue;
    }
    const auto said =
        std::string(reading.label) + ": " + std::string(reading.meaning);
    const auto same = std::ranges::find(
        charts, reading.chart, [](const auto& chart) { return chart.first; });
    if (same == charts.end()) {
      charts.emplace_back(reading.chart, said);
    } else {
      same->second += " " + said;
    }
  }
  return charts;
}

std::vector<std::vector<double>> in_means(
    std::vector<std::vector<double>> columns) {
  for (auto& column : columns) {
    const double sum = std::accumulate(column.begin(), column.end(), 0.0);
    for (auto& load : column) {
      load = sum > 0 ? load * static_cast<double>(column.size()) / sum : 0;
    }
  }
  return columns;
}

// What a token of somebody else's is to a byte, nobody knows.
std::string imported_losses(const Context& context) {
  std::vector<svg::Point> train;
  for (const auto& p : context.reader.scalar("loss/lm")) {
    train.push_back({static_cast<double>(p.step), p.value});
  }
  if (train.empty()) {
    return {};
  }
  svg::Plot plot;
  plot.title = "Loss over the steps, nats per token";
  plot.curves = {
      {"training", "faint", svg::thinned(train, 400)},
      {"training, smoothed", "c1", svg::thinned(smoothed(train), 400)}};
  plot.last_x = static_cast<double>(context.card.steps);
  plot.height = 320;
  return wrap(
      "Loss",
      "As the trace gives it, over the steps; lower is better.",
      "<figure>" + svg::legend(plot.curves) + svg::line_plot(plot) +
          "</figure>");
}

}  // namespace

std::string losses(const Context& context) {
  if (context.card.facts.origin) {
    return imported_losses(context);
  }
  const auto train = in_bits(context.reader.scalar("loss/lm"));
  if (train.empty()) {
    return {};
  }
  svg::Plot plot;
  plot.title = "Loss over the steps, bits per byte";
  plot.curves = {
      {"training", "faint", svg::thinned(train, 400)},
      {"training, smoothed", "c1", svg::thinned(smoothed(train), 400)}};
  const auto valid = in_bits(context.reader.scalar("valid/lm"));
  if (!valid.empty()) {
    plot.curves.push_back({"validation", "c2", svg::thinned(valid, 400)});
  }
  plot.levels = levels_of(context.card.facts.baselines);
  plot.last_x = static_cast<double>(context.card.steps);
  plot.height = 320;
  return wrap(
      "Loss",
      "Bits that the model needs for a byte of text, over the steps; lower is "
      "better, and a curve below a dotted line beats that simple method.",
      "<figure>" + svg::legend(plot.curves) + svg::line_plot(plot) +
          "</figure>");
}

std::string metric_charts(const Context& context) {
  std::string sections;
  if (context.tracks.empty()) {
    return sections;
  }
  for (const auto& [title, how] : charts_of(context)) {
    sections += wrap(title, how, small_multiples(context, title));
  }
  return sections;
}

std::string heat(const Context& context) {
  std::string figures;
  for (const auto& track : context.tracks) {
    const auto heat = context.reader.heat(track.layer, kColumns);
    const auto name = std::to_string(track.layer);
    figures += "<figure>" + caption(track.layer) +
               svg::heat_map(
                   {"Load of each expert over the steps, layer " + name,
                    in_means(heat.columns),
                    static_cast<double>(context.card.steps)}) +
               "</figure>";
  }
  return figures.empty()
             ? figures
             : wrap(
                   "Load of every expert over time",
                   "A row is an expert, a column a stretch of steps; the "
                   "neutral tone "
                   "is the mean load, orange more, blue less, and a row that "
                   "stays blue is an expert that hardly works.",
                   svg::heat_legend() + figures);
}

}  // namespace moestro::sections
