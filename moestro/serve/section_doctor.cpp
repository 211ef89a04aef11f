// SPDX-License-Identifier: Apache-2.0
// The section that says what was wrong.
#include <algorithm>
#include <array>

#include "moestro/base/text.h"
#include "moestro/serve/ink.h"
#include "moestro/serve/sections.h"

namespace moestro::sections {
namespace {

using svg::escape;

// Further ones are told in a number.
constexpr size_t kAlarms = 20, kPictures = 6;
constexpr int64_t kPoints = 120;

std::string_view css_of(Level level) {
  constexpr std::array<std::string_view, 3> kClasses{"", "hot", "dead"};
  return kClasses[static_cast<size_t>(level)];
}

std::string alarm_row(const AlarmEntry& alarm) {
  const auto steps =
      with_commas(alarm.step) +
      (alarm.closed_step ? "–" + with_commas(*alarm.closed_step) : "");
  return "<tr><td class=\"" + std::string(css_of(alarm.level)) + "\">" +
         escape(alarm.id) + " " + std::string(name_of(alarm.level)) +
         "</td><td>" + steps + "</td><td>" + escape(alarm.message) +
         "</td></tr>";
}

std::string alarm_table(const std::vector<AlarmEntry>& alarms) {
  std::string rows;
  const auto shown = std::min(kAlarms, alarms.size());
  for (size_t i = 0; i < shown; ++i) {
    rows += alarm_row(alarms[i]);
  }
  if (alarms.size() > shown) {
    rows += "<tr><td></td><td></td><td>and " +
            std::to_string(alarms.size() - shown) + " more</td></tr>";
  }
  return "<figure class=\"scroll\"><table class=\"alarms\"><tr><th>alarm</th>"
         "<th>steps</th><th></th></tr>" +
         rows + "</table></figure>";
}

std::string pictures(
    const std::vector<AlarmEntry>& alarms, const Painter& painter) {
  size_t drawn = 0;
  std::string figures;
  for (const auto& alarm : worst_of_each_rule(alarms)) {
    const auto plot =
        drawn < kPictures ? painter.draw(alarm, kPoints) : std::nullopt;
    if (plot) {
      ++drawn;
      figures += "<figure><figcaption>" + escape(plot->title) +
                 "</figcaption>" + svg::line_plot(*plot) + "</figure>";
    }
  }
  return figures.empty() ? figures
                         : "<div class=\"grid2\" style=\"margin-top:12px\">" +
                               figures + "</div>";
}

std::string item(std::string_view mark, const std::string& text) {
  return "<li class=\"" + std::string(mark) + "\">" + escape(text) + "</li>";
}

std::string labelled(std::string_view label, const std::string& text) {
  return "<dt>" + std::string(label) + "</dt><dd>" + escape(text) + "</dd>";
}

std::string verdict_block(const Diagnosis& d, bool whole) {
  const auto heading = d.id + " " + d.name + ", confidence " +
                       fixed(d.confidence, 2) +
                       (d.confidence < kLowConfidence ? " (low)" : "") +
                       ", since step " + with_commas(d.since_step);
  std::string points;
  for (const auto& line : d.evidence_for) {
    points += item("good", line);
  }
  for (const auto& line : d.evidence_against) {
    points += item("bad", line);
  }
  const auto body = "<ul class=\"says\">" + points + "</ul><dl>" +
                    labelled("Tell it apart", d.test) +
                    labelled("Do first", d.action) +
                    labelled("It worked if", d.success) +
                    labelled("If not", d.rollback) + "</dl>";
  return whole ? "<div class=\"verdict\"><h3>" + escape(heading) + "</h3>" +
                     body + "</div>"
               : "<details><summary>" + escape(heading) + "</summary>" + body +
                     "</details>";
}

}  // namespace

std::string health(const Examination& e, const Painter& painter) {
  if (e.alarms.empty() && e.verdicts.empty()) {
    return "<ul class=\"says\">" + item("good", "No alarm was raised.") +
           "</ul>";
  }
  auto body = e.alarms.empty()
                  ? std::string()
                  : alarm_table(e.alarms) + pictures(e.alarms, painter);
  for (size_t i = 0; i < e.verdicts.size(); ++i) {
    body += verdict_block(e.verdicts[i], i == 0);
  }
  return wrap(
      "Alarms, and what explains them",
      "What the rules raised, the numbers behind it with a line where it "
      "opened, and the likeliest causes; ✓ speaks for one, ✗ against it.",
      body);
}

}  // namespace moestro::sections
