// SPDX-License-Identifier: Apache-2.0
#include "moestro/serve/html.h"

#include "moestro/serve/html_style.h"
#include "moestro/serve/palette.h"
#include "moestro/serve/sections.h"
#include "moestro/serve/svg.h"

namespace moestro {
namespace {

std::string head(const Card& card) {
  return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
         "<meta name=\"viewport\" content=\"width=device-width,"
         "initial-scale=1\"><title>" +
         svg::escape(card.run) + " · Moestro</title><style>" +
         std::string(kChartCss) + std::string(kPageCss) + palette_css() +
         "</style></head><body><main>";
}

// Only what a chart shows is worth reading every step of the run.
std::vector<MadeMetric> drawn_metrics(const Registry& registry) {
  auto metrics = make_metrics(registry);
  std::erase_if(metrics, [](const MadeMetric& made) {
    return reading_of(*made.info).chart.empty() || is_of_run(*made.info);
  });
  return metrics;
}

}  // namespace

std::string html_report(
    const RunReader& reader,
    const Card& card,
    const Examination& examination,
    const Registry& registry) {
  sections::Context context{reader, card, {}};
  const auto metrics = drawn_metrics(registry);
  for (const auto& layer : card.layers) {
    if (layer.routes()) {
      context.tracks.push_back(read_track(
          reader, metrics, {layer.layer, layer.top_k, sections::kColumns}));
    }
  }
  auto page = head(card) + sections::summary(card) +
              sections::health(examination, Painter(reader, registry));
  for (const auto section :
       {sections::losses,
        sections::metric_table,
        sections::run_table,
        sections::metric_charts,
        sections::heat,
        sections::sorted_loads,
        sections::lift,
        sections::time,
        sections::config}) {
    page += section(context);
  }
  return page +
         "<footer>Made by <b>moestro report</b>. Everything in this file comes "
         "from the run's own record.</footer></main></body></html>\n";
}

}  // namespace moestro
