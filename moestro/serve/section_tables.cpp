// SPDX-License-Identifier: Apache-2.0
// Sections with figures and tables.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <utility>

#include "moestro/base/text.h"
#include "moestro/serve/ink.h"
#include "moestro/serve/palette.h"
#include "moestro/serve/sections.h"
#include "moestro/serve/svg.h"
#include "moestro/serve/verdict.h"

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

std::string tiles(const Card& card) {
  const auto& b = card.balance;
  const auto& s = card.specialisation;
  const auto dead =
      b.dead_experts ? std::to_string(std::lround(*b.dead_experts)) : "–";
  return "<div class=\"tiles\">" +
         tile(
             number(card.loss.valid_bits_per_byte, 3),
             "bits per byte",
             "counting three bytes: " +
                 number(card.loss.order3_bits_per_byte, 3)) +
         tile(
             number(b.max_vio, 2),
             "MaxVio, worst layer",
             "by chance alone: " + number(b.max_vio_floor, 2)) +
         tile(dead, "dead experts", "worst layer, last 100 steps") +
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

std::string sentences(const Card& card) {
  constexpr std::array<std::string_view, 4> kClasses{
      "good", "neutral", "warn", "bad"};
  std::string out = "<ul class=\"says\">";
  for (const auto& sentence : verdicts(card)) {
    out += "<li class=\"" +
           std::string(kClasses[static_cast<size_t>(sentence.tone)]) + "\">" +
           escape(sentence.text) + "</li>";
  }
  return out + "</ul>";
}

std::string cell(const std::string& text, std::string_view css = "") {
  const auto attribute =
      css.empty() ? "" : " class=\"" + std::string(css) + "\"";
  return "<td" + attribute + ">" + escape(text) + "</td>";
}

std::string layer_row(const LayerCard& layer) {
  const auto name = "<tr>" + cell(std::to_string(layer.layer));
  if (!layer.balance) {
    return name + "<td colspan=\"9\" style=\"text-align:left\">dense</td></tr>";
  }
  const auto& b = *layer.balance;
  const auto& s = layer.specialisation;
  const auto expected = expected_max_vio(b);
  const bool hot = expected && b.max_vio.value_or(0) > 2 * *expected;
  const bool dead = b.dead_experts.value_or(0) > 0;
  return name + cell(number(b.max_vio, 2), hot ? "hot" : "") +
         cell(number(b.max_vio_floor, 2)) + cell(number(expected, 2)) +
         cell(
             number(b.effective_experts, 1) + " of " +
             std::to_string(layer.experts)) +
         cell(number(b.dead_experts, 0), dead ? "dead" : "") +
         cell(number(b.min_load, 2)) + cell(percent(b.drop_rate, 1)) +
         cell(number(s.domain_mutual_information, 3)) +
         cell(number(s.shuffled, 3)) + "</tr>";
}

Figure last_value(const RunReader& reader, const std::string& series) {
  const auto points = reader.scalar(series);
  return points.empty() ? Figure() : Figure(points.back().value);
}

std::string lift_table(const Context& context, const LayerCard& layer) {
  const auto prefix = "layer/" + two_digits(layer.layer) + "/lift/";
  std::string rows;
  for (const auto& domain : context.card.domains) {
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
         escape(card.recipe.value_or("no recipe")) + " · " +
         with_commas(card.steps) + " steps · " + amount(card.tokens) +
         " bytes of text · " + amount(card.parameters) + " parameters, " +
         amount(card.active_parameters) + " of them active</p></header>" +
         tiles(card) + sentences(card);
}

std::string layer_table(const Context& context) {
  if (context.tracks.empty()) {
    return {};
  }
  std::string rows;
  for (const auto& layer : context.card.layers) {
    rows += layer_row(layer);
  }
  return wrap(
      "Layer by layer",
      "Means over the last 100 steps: compare MaxVio with floor·√φ, effective "
      "experts with how many there are, and domain information with its "
      "shuffled value.",
      "<figure class=\"scroll\"><table><tr><th>layer</th><th>MaxVio</th>"
      "<th>floor</th><th>floor·√φ</th><th>effective</th><th>dead</th>"
      "<th>min load</th><th>drops</th><th>domain</th><th>shuffled</th></tr>" +
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
                   "Each bar is an expert over the last 100 steps, in units of "
                   "the mean load; the flatter, the more even.",
                   "<div class=\"grid2\">" + figures + "</div>");
}

std::string lift(const Context& context) {
  std::string tables;
  for (const auto& layer : context.card.layers) {
    if (layer.balance) {
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
  if (const auto text = context.reader.fact("config")) {
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
