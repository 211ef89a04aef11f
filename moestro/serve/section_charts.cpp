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

// At most `columns` points, each the mean of its stretch.
std::vector<svg::Point> thinned(
    const std::vector<svg::Point>& points, size_t columns) {
  std::vector<svg::Point> means;
  const auto each = (points.size() + columns - 1) / columns;
  for (size_t i = 0; i < points.size(); i += each) {
    svg::Point sum{0, 0};
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

std::vector<svg::Level> baselines(const LossFigures& loss) {
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

// One small chart a layer, two in a row, under one legend.
template <class Curves>
std::string small_multiples(
    const Context& context, std::string_view what, const Curves& curves_of) {
  if (context.tracks.empty()) {
    return {};
  }
  std::string out =
      svg::legend(curves_of(context.tracks[0])) + "<div class=\"grid2\">";
  for (const auto& track : context.tracks) {
    svg::Plot plot;
    plot.title = std::string(what) + ", layer " + std::to_string(track.layer);
    plot.curves = curves_of(track);
    plot.width = 370;
    plot.height = 200;
    plot.last_x = static_cast<double>(context.card.steps);
    out +=
        "<figure>" + caption(track.layer) + svg::line_plot(plot) + "</figure>";
  }
  return out + "</div>";
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

}  // namespace

std::string losses(const Context& context) {
  const auto train = in_bits(context.reader.scalar("loss/lm"));
  if (train.empty()) {
    return {};
  }
  svg::Plot plot;
  plot.title = "Loss over the steps, bits per byte";
  plot.curves = {
      {"training", "faint", thinned(train, 400)},
      {"training, smoothed", "c1", thinned(smoothed(train), 400)}};
  const auto valid = in_bits(context.reader.scalar("valid/lm"));
  if (!valid.empty()) {
    plot.curves.push_back({"validation", "c2", thinned(valid, 400)});
  }
  plot.levels = baselines(context.card.loss);
  plot.last_x = static_cast<double>(context.card.steps);
  plot.height = 320;
  return wrap(
      "Loss",
      "Bits that the model needs for a byte of text, over the steps; lower is "
      "better, and a curve below a dotted line beats that simple method.",
      "<figure>" + svg::legend(plot.curves) + svg::line_plot(plot) +
          "</figure>");
}

std::string balance(const Context& context) {
  const auto body =
      small_multiples(context, "MaxVio", [](const LayerTrack& track) {
        return std::vector<svg::Curve>{
            {"floor: balanced random routing",
             "floor",
             zip(track.step, track.floor)},
            {"floor · √φ: the same for text whose tokens are alike",
             "limit",
             zip(track.step, track.expected)},
            {"MaxVio", "c1", zip(track.step, track.max_vio)}};
      });
  return body.empty()
             ? body
             : wrap(
                   "Balance over time",
                   "MaxVio is how far the busiest expert lies above the mean "
                   "load (0.5 = half as much again); near the dashed line "
                   "there is nothing left to balance.",
                   body);
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

std::string entropies(const Context& context) {
  const auto body =
      small_multiples(context, "Entropies", [](const LayerTrack& track) {
        return std::vector<svg::Curve>{
            {"of a token's scores", "c1", zip(track.step, track.token_entropy)},
            {"of the mean scores",
             "c3",
             zip(track.step, track.marginal_entropy)}};
      });
  return body.empty()
             ? body
             : wrap(
                   "How the router decides",
                   "Entropies as a share of the largest possible: a token's "
                   "own should fall (the router makes up its mind) while that "
                   "of the mean stays near 1 (all experts are in use).",
                   body);
}

std::string drops(const Context& context) {
  const bool any = std::ranges::any_of(context.card.layers, [](auto& layer) {
    return layer.balance && layer.balance->drop_rate.value_or(0) > 0;
  });
  const bool ever =
      any || std::ranges::any_of(context.tracks, [](auto& t) {
        return std::ranges::any_of(t.drop_rate, [](double d) { return d > 0; });
      });
  if (!ever) {
    return {};
  }
  return wrap(
      "Dropped pairs",
      "Share of token-expert pairs that found their expert full and were "
      "skipped; 0 is best.",
      small_multiples(context, "Drops", [](const LayerTrack& track) {
        return std::vector<svg::Curve>{
            {"dropped / demanded", "c2", zip(track.step, track.drop_rate)}};
      }));
}

}  // namespace moestro::sections
