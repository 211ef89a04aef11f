// SPDX-License-Identifier: Apache-2.0
#include "moestro/serve/picture.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "moestro/base/text.h"
#include "moestro/diagnose/row.h"
#include "moestro/serve/html_style.h"
#include "moestro/serve/track.h"

namespace moestro {
namespace {

constexpr double kWidth = 370, kHeight = 200, kHead = 26;

// Of the registry's rules or verdicts, the one with that id; nullptr for a
// stranger's. `id_of` makes an id of a name.
template <class Kind, class IdOf>
const Info* part_with(
    const Registry& registry, std::string_view id, IdOf id_of) {
  for (const auto name : registry.names(Kind::kKind)) {
    if (id_of(name) == id) {
      return &registry.at<Kind>(name).info;
    }
  }
  return nullptr;
}

// What is measured now and then is joined over the gaps.
void add_known(svg::Curve& curve, double step, double value) {
  if (std::isfinite(value)) {
    curve.points.push_back({step, value});
  }
}

std::string place(const AlarmEntry& alarm) {
  auto text = alarm.layer < 0 ? std::string("the run")
                              : "layer " + std::to_string(alarm.layer);
  text += alarm.routing.empty() ? "" : " " + alarm.routing;
  text += alarm.expert < 0 ? "" : ", expert " + std::to_string(alarm.expert);
  return text;
}

// Of the first thing that the rule shows.
std::string label_of(const Registry& registry, const Info& rule) {
  const auto shown = split(rule.shows, ',').front();
  const auto* variant = registry.find<Metric>(shown);
  return shown == "load"      ? "load, 1 = fair share"
         : variant != nullptr ? std::string(reading_of(variant->info).label)
                              : std::string(shown);
}

// Each column's fair share of the pairs.
std::vector<double> fair_loads(const RunReader::Heat& heat) {
  std::vector<double> fair;
  for (const auto& column : heat.columns) {
    const double sum = std::accumulate(column.begin(), column.end(), 0.0);
    fair.push_back(sum / static_cast<double>(column.size()));
  }
  return fair;
}

svg::Curve row_of(
    const RunReader::Heat& heat,
    const std::vector<double>& fair,
    size_t expert) {
  svg::Curve curve;
  for (size_t c = 0; c < heat.columns.size(); ++c) {
    const auto step = static_cast<double>(
        heat.first_step + static_cast<int64_t>(c) * heat.steps_per_column);
    add_known(curve, step, heat.columns[c][expert] / fair[c]);
  }
  return curve;
}

}  // namespace

Painter::Painter(const RunReader& reader, const Registry& registry)
    : reader_(reader), registry_(registry) {}

std::vector<svg::Curve> Painter::loads(
    const AlarmEntry& alarm, int64_t columns) const {
  if (alarm.layer < 0) {
    return {};
  }
  const auto heat = reader_.heat(alarm.layer, columns, alarm.routing);
  const auto experts = heat.columns.empty() ? 0 : heat.columns[0].size();
  const auto fair = fair_loads(heat);
  std::vector<svg::Curve> curves;
  for (size_t e = 0; e < experts; ++e) {
    auto curve = row_of(heat, fair, e);
    const bool meant = static_cast<int32_t>(e) == alarm.expert;
    curve.name = "load of expert " + std::to_string(e) + ", 1 = fair";
    curve.css = meant || alarm.expert < 0 ? svg::ink(e) : "faint";
    curves.push_back(std::move(curve));
  }
  // The one that is meant lies on top.
  if (alarm.expert >= 0 && static_cast<size_t>(alarm.expert) < experts) {
    std::swap(curves[static_cast<size_t>(alarm.expert)], curves.back());
  }
  return curves;
}

std::vector<svg::Curve> Painter::metric(
    const AlarmEntry& alarm, std::string_view name, int64_t columns) const {
  const auto* variant = registry_.find<Metric>(name);
  if (variant == nullptr) {
    return {};
  }
  const auto facts = reader_.facts();
  std::vector<svg::Curve> curves;
  for (const auto layer : reader_.layers()) {
    if (alarm.layer >= 0 && layer != alarm.layer) {
      continue;
    }
    std::vector<MadeMetric> one;
    one.push_back({&variant->info, variant->make({}, {})});
    const auto at = static_cast<size_t>(layer);
    const LayerFacts known =
        at < facts.layers.size() ? facts.layers[at] : LayerFacts{.top_k = 1};
    const auto track =
        read_track(reader_, one, {layer, known.top_k, columns, known.device_E});
    svg::Curve curve{
        .name = std::string(reading_of(variant->info).label) + ", layer " +
                std::to_string(layer),
        .css = svg::ink(curves.size()),
        .points = {}};
    for (size_t i = 0; i < track.step.size(); ++i) {
      add_known(curve, track.step[i], track.metrics[0].value[i]);
    }
    curves.push_back(std::move(curve));
  }
  return curves;
}

std::vector<svg::Curve> Painter::series(
    std::string_view name, int64_t columns) const {
  std::vector<svg::Curve> curves;
  for (const auto& known : reader_.series()) {
    const bool meant =
        name.ends_with('/') ? known.starts_with(name) : known == name;
    if (!meant) {
      continue;
    }
    svg::Curve all;
    for (const auto& point : reader_.scalar(known)) {
      add_known(all, static_cast<double>(point.step), point.value);
    }
    curves.push_back(
        {known,
         svg::ink(curves.size()),
         svg::thinned(all.points, static_cast<size_t>(columns))});
  }
  return curves;
}

std::vector<svg::Curve> Painter::curves(
    const AlarmEntry& alarm, std::string_view shown, int64_t columns) const {
  if (shown == "load") {
    return loads(alarm, columns);
  }
  auto found = metric(alarm, shown, columns);
  return found.empty() ? series(shown, columns) : found;
}

std::optional<svg::Plot> Painter::draw(
    const AlarmEntry& alarm, int64_t columns) const {
  const auto* rule = part_with<Alarm>(registry_, alarm.id, alarm_id);
  return rule == nullptr ? std::nullopt : plot(alarm, *rule, columns);
}

std::vector<svg::Plot> Painter::draw(
    const Diagnosis& d,
    const std::vector<AlarmEntry>& alarms,
    int64_t columns) const {
  std::vector<svg::Plot> plots;
  for (const auto* sign : signs_of(d, alarms)) {
    if (auto drawn = draw(*sign, columns)) {
      plots.push_back(std::move(*drawn));
    }
  }
  const auto* verdict = part_with<Verdict>(registry_, d.id, verdict_id);
  if (plots.empty() && verdict != nullptr && !verdict->shows.empty()) {
    const AlarmEntry cause{
        .id = d.id,
        .step = d.since_step,
        .layer = d.layers.empty() ? -1 : d.layers.front()};
    if (auto drawn = plot(cause, *verdict, columns)) {
      plots.push_back(std::move(*drawn));
    }
  }
  return plots;
}

std::optional<svg::Plot> Painter::plot(
    const AlarmEntry& alarm, const Info& part, int64_t columns) const {
  svg::Plot plot;
  for (const auto shown : split(part.shows, ',')) {
    std::ranges::move(
        curves(alarm, shown, columns), std::back_inserter(plot.curves));
  }
  std::erase_if(plot.curves, [](const auto& c) { return c.points.size() < 2; });
  if (plot.curves.empty()) {
    return std::nullopt;
  }
  plot.title =
      alarm.id + ", " + place(alarm) + ": " + label_of(registry_, part);
  plot.marks = {{alarm.id, static_cast<double>(alarm.step)}};
  plot.last_x = static_cast<double>(reader_.last_step());
  plot.width = kWidth;
  plot.height = kHeight;
  return plot;
}

std::vector<const AlarmEntry*> signs_of(
    const Diagnosis& d, const std::vector<AlarmEntry>& alarms) {
  std::vector<const AlarmEntry*> signs;
  for (const auto& alarm : alarms) {
    const bool there = d.layers.empty() || alarm.layer < 0 ||
                       std::ranges::count(d.layers, alarm.layer) > 0;
    const bool new_rule = std::ranges::none_of(
        signs, [&](const AlarmEntry* sign) { return sign->id == alarm.id; });
    if (there && new_rule && alarm.step >= d.since_step && signs.size() < 3) {
      signs.push_back(&alarm);
    }
  }
  return signs;
}

std::string svg_file(
    const std::string& title, const std::vector<svg::Plot>& plots) {
  const auto count = static_cast<double>(plots.size());
  auto out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " +
             svg::coordinate(kWidth * count) + " " +
             svg::coordinate(kHeight + kHead) + "\"><title>" +
             svg::escape(title) + "</title><style>" + std::string(kChartCss) +
             "</style><rect class=\"paper\" width=\"100%\" height=\"100%\"/>";
  double x = 0;
  for (const auto& plot : plots) {
    out += "<text class=\"note\" x=\"" + svg::coordinate(x + 10) +
           "\" y=\"18\">" + svg::escape(plot.title) + "</text><svg x=\"" +
           svg::coordinate(x) + "\" y=\"" + svg::coordinate(kHead) +
           "\" width=\"" + svg::coordinate(kWidth) + "\" height=\"" +
           svg::coordinate(kHeight) + "\">" + svg::line_plot(plot) + "</svg>";
    x += kWidth;
  }
  return out + "</svg>\n";
}

}  // namespace moestro
