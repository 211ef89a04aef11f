// SPDX-License-Identifier: Apache-2.0
// Sections with figures and tables.
#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "moestro/base/text.h"
#include "moestro/diagnose/sentences.h"
#include "moestro/serve/card_text.h"
#include "moestro/serve/ink.h"
#include "moestro/serve/palette.h"
#include "moestro/serve/sections.h"
#include "moestro/serve/svg.h"

namespace moestro::sections {
namespace {

using svg::escape;

std::string tile(
    const std::string& value,
    const std::string& name,
    const std::string& note) {
  return "<div class=\"tile\"><span>" + escape(name) + "</span><b>" +
         escape(value) + "</b><span>" + escape(note) + "</span></div>";
}

std::string headline_tiles(const Card& card) {
  std::string out;
  for (const auto& [row, layer] : card.worst) {
    const auto reading = reading_of(*row.info);
    if (reading.headline && row.value) {
      out += tile(
          text_of(*row.info, row.value),
          std::string(reading.label) + ", layer " + std::to_string(layer),
          row.expected ? "by chance " + text_of(*row.info, row.expected)
                       : "the worst layer");
    }
  }
  return out;
}

std::string tiles(const Card& card) {
  const auto& s = card.specialisation;
  return "<div class=\"tiles\">" +
         tile(
             number(card.loss.valid_bits_per_byte, 3),
             "bits per byte",
             "counting three bytes: " +
                 number(card.facts.baselines.order3_bits_per_byte, 3)) +
         headline_tiles(card) +
         tile(
             number(s.domain_mutual_information, 3),
             "nats about the domain",
             "shuffled: " + number(s.shuffled, 3)) +
         tile(
             amount(card.tokens_per_second),
             "tokens a second",
             card.wall_seconds ? clock_text(*card.wall_seconds) + " in all"
                               : "") +
         "</div>";
}

std::string sentence_list(const Card& card) {
  std::string out = "<ul class=\"says\">";
  for (const auto& [tone, text] : sentences(card)) {
    out += "<li class=\"" + std::string(name_of(tone)) + "\">" + escape(text) +
           "</li>";
  }
  return out + "</ul>";
}

std::string cell(const std::string& text, std::string_view css = "") {
  const auto attribute =
      css.empty() ? "" : " class=\"" + std::string(css) + "\"";
  return "<td" + attribute + ">" + escape(text) + "</td>";
}

std::string_view css_of(Health health) {
  constexpr std::array<std::string_view, 4> kClasses{"", "", "hot", "dead"};
  return kClasses[static_cast<size_t>(health)];
}

// With its unit, where that is no percentage.
std::string name_with_unit(const Info& info) {
  const auto reading = reading_of(info);
  return reading.unit.empty() || reading.unit == "share"
             ? std::string(reading.label)
             : std::string(reading.label) + ", " + std::string(reading.unit);
}

std::string metric_row(const Card& card, size_t m) {
  const auto& info = *card.worst[m].row.info;
  auto row = "<tr><td title=\"" + escape(info.name) + "\">" +
             escape(name_with_unit(info)) + "</td>" +
             cell(text_of(info, card.worst[m].row.expected));
  for (const auto* layer : routings_of(card)) {
    const auto& own = layer->rows[m];
    row += cell(text_of(info, own.value), css_of(own.health));
  }
  return row + "</tr>";
}

std::string run_row(const Row& row) {
  return "<tr><td title=\"" + escape(row.info->name) + "\">" +
         escape(name_with_unit(*row.info)) + "</td>" +
         cell(text_of(*row.info, row.expected)) +
         cell(text_of(*row.info, row.value), css_of(row.health)) + "</tr>";
}

std::string specialisation_row(
    const Card& card,
    const std::string& name,
    Figure SpecialisationFigures::* member) {
  auto row = "<tr>" + cell(name) + cell("–");
  for (const auto* layer : routings_of(card)) {
    row += cell(number(layer->specialisation.*member, 3));
  }
  return row + "</tr>";
}

std::string specialisation_rows(const Card& card) {
  using S = SpecialisationFigures;
  return specialisation_row(
             card, "domain information, nats", &S::domain_mutual_information) +
         specialisation_row(card, "… shuffled", &S::shuffled) +
         specialisation_row(card, "… through the byte alone", &S::via_byte);
}

// What each row means, for somebody who has never seen it.
std::string glossary(const Card& card) {
  std::string terms;
  for (const auto& worst : card.worst) {
    const auto reading = reading_of(*worst.row.info);
    terms +=
        "<dt>" + escape(reading.label) + " <code>" +
        escape(worst.row.info->name) + "</code></dt><dd>" +
        escape(reading.meaning) +
        (reading.null.empty() ? ""
                              : " Healthy: " + escape(reading.null) + ".") +
        "</dd>";
  }
  return "<dl>" + terms + "</dl>";
}

Figure last_value(const RunReader& reader, const std::string& series) {
  const auto points = reader.scalar(series);
  return points.empty() ? Figure() : Figure(points.back().value);
}

std::string lift_table(const Context& context, const LayerCard& layer) {
  const auto prefix = "layer/" + two_digits(layer.layer) + "/lift/";
  std::string rows;
  for (const auto& domain : context.card.facts.domains) {
    std::string row = "<tr>" + cell(domain);
    bool known = false;
    for (int64_t e = 0; e < layer.experts; ++e) {
      const auto value =
          last_value(context.reader, prefix + domain + "/" + std::to_string(e));
      known = known || value.has_value();
      row +=
          value ? cell(number(value, 1), "h" + std::to_string(level_of(*value)))
                : cell("");
    }
    rows += known ? row + "</tr>" : "";
  }
  if (rows.empty()) {
    return {};
  }
  std::string head = "<tr><th></th>";
  for (int64_t e = 0; e < layer.experts; ++e) {
    head += "<th>" + std::to_string(e) + "</th>";
  }
  return "<figure class=\"scroll\"><figcaption>Layer " +
         std::to_string(layer.layer) + "</figcaption><table class=\"lift\">" +
         head + "</tr>" + rows + "</table></figure>";
}

std::string details(const std::string& title, const std::string& body) {
  return "<details><summary>" + escape(title) + "</summary>" + body +
         "</details>";
}

std::string journal(const RunReader& reader) {
  std::string rows;
  for (const auto& event : reader.events()) {
    rows += "<tr>" + cell(std::to_string(event.step)) + cell(event.kind) +
            cell(event.text) + "</tr>";
  }
  return rows.empty() ? rows
                      : details(
                            "Journal",
                            "<div class=\"scroll\"><table><tr><th>step</th>"
                            "<th>event</th><th></th></tr>" +
                                rows + "</table></div>");
}

}  // namespace

std::string wrap(
    std::string_view title,
    std::string_view how_to_read,
    std::string_view body) {
  return "<section><h2>" + escape(title) + "</h2><p class=\"how\">" +
         escape(how_to_read) + "</p>" + std::string(body) + "</section>";
}

std::string summary(const Card& card) {
  return "<header><h1>" + escape(card.run) + "</h1><p class=\"sub\">" +
         escape(card.facts.recipe.value_or("no recipe")) + " · " +
         with_commas(card.steps) + " steps · " + amount(card.tokens) +
         " bytes of text · " + escape(size_text(card)) + "</p></header>" +
         tiles(card) + sentence_list(card);
}

std::string metric_table(const Context& context) {
  const auto& card = context.card;
  std::string head = "<tr><th>metric</th><th>by chance</th>";
  const auto columns = routings_of(card);
  for (const auto* layer : columns) {
    head += "<th>layer " + escape(label_of(*layer)) + "</th>";
  }
  if (columns.empty()) {
    return {};
  }
  std::string rows;
  for (size_t m = 0; m < card.worst.size(); ++m) {
    rows += is_of_run(*card.worst[m].row.info) ? "" : metric_row(card, m);
  }
  return wrap(
      "Metric by metric",
      "Means over the last " + std::to_string(card.window) +
          " steps. By chance is about what balanced routing of text as much "
          "alike would show, in the worst layer.",
      "<figure class=\"scroll\"><table>" + head + "</tr>" + rows +
          specialisation_rows(card) + "</table></figure>" +
          details("What they mean", glossary(card)));
}

std::string run_table(const Context& context) {
  std::string rows;
  for (const auto& row : context.card.run_rows) {
    rows += run_row(row);
  }
  return rows.empty()
             ? rows
             : wrap(
                   "The whole run",
                   "What no layer has alone, over the same steps.",
                   "<figure class=\"scroll\"><table><tr><th>metric</th>"
                   "<th>by chance</th><th>run</th></tr>" +
                       rows + "</table></figure>");
}

std::string sorted_loads(const Context& context) {
  std::string figures;
  for (const auto& layer : context.card.layers) {
    auto loads = layer.loads;
    if (!loads.empty()) {
      std::ranges::sort(loads, std::greater<>());
      figures += "<figure><figcaption>Layer " + std::to_string(layer.layer) +
                 "</figcaption>" + svg::bars(loads, "Sorted loads") +
                 "</figure>";
    }
  }
  return figures.empty()
             ? figures
             : wrap(
                   "Loads, busiest first",
                   "Each bar is an expert over the last " +
                       std::to_string(context.card.window) +
                       " steps, in units of the mean load; the flatter, the "
                       "more even.",
                   "<div class=\"grid2\">" + figures + "</div>");
}

std::string lift(const Context& context) {
  std::string tables;
  for (const auto& layer : context.card.layers) {
    if (layer.routes()) {
      tables += lift_table(context, layer);
    }
  }
  return tables.empty()
             ? tables
             : wrap(
                   "Which expert reads what",
                   "How many times more often an expert (column) is chosen in "
                   "a domain (row) than over all validation text: 1 is chance, "
                   "orange is preference, blue is avoidance.",
                   tables);
}

std::string time(const Context& context) {
  const auto phases = context.reader.phase_seconds();
  double total = 0;
  for (const auto& [name, seconds] : phases) {
    total += seconds;
  }
  if (!(total > 0)) {
    return {};
  }
  std::string bar, names;
  for (size_t i = 0; i < phases.size(); ++i) {
    const auto& [name, seconds] = phases[i];
    const auto css = "p" + std::to_string(std::min<size_t>(i, 6));
    const auto share = seconds / total;
    bar += "<i class=\"" + css + "\" style=\"flex:" + shortest(share) +
           "\" title=\"" + escape(name) + "\"></i>";
    names += "<span><i class=\"dot " + css + "\"></i>" + escape(name) + " " +
             percent(share, 0) + " (" + clock_text(seconds) + ")</span>";
  }
  return wrap(
      "Where the time went",
      "The whole bar is the time spent in training steps, cut by phase.",
      "<figure><div class=\"stack\">" + bar +
          "</div><p class=\"legend\" style=\"margin-top:10px\">" + names +
          "</p></figure>");
}

std::string config(const Context& context) {
  std::string body;
  if (const auto& text = context.card.facts.config) {
    body +=
        details("Resolved configuration", "<pre>" + escape(*text) + "</pre>");
  }
  body += journal(context.reader);
  return body.empty() ? body
                      : wrap(
                            "Reproduce it",
                            "Everything that defines the run, and what "
                            "happened to it.",
                            body);
}

}  // namespace moestro::sections
