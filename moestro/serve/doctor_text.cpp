// SPDX-License-Identifier: Apache-2.0
#include "moestro/serve/doctor_text.h"

#include <algorithm>
#include <array>

#include "moestro/base/text.h"

namespace moestro {
namespace {

// More alarms are told in a number.
constexpr size_t kShown = 20;
constexpr size_t kWidth = 76, kSpark = 40;

Ink ink_of(Level level) {
  constexpr std::array kInks{Ink::kFaint, Ink::kWarn, Ink::kBad};
  return kInks[static_cast<size_t>(level)];
}

// Words of a paragraph, broken at blanks, each line after `indent`.
std::string wrapped(std::string_view text, const std::string& indent) {
  std::string out = indent, line;
  for (const auto word : split(text, ' ')) {
    if (!line.empty() && line.size() + word.size() + indent.size() >= kWidth) {
      out += line;
      out += "\n";
      out += indent;
      line.clear();
    }
    line += (line.empty() ? "" : " ") + std::string(word);
  }
  return out + line + "\n";
}

std::string point(char mark, std::string_view text) {
  auto lines = wrapped(visible(text), "      ");
  lines[4] = mark;
  return lines;
}

std::string confidence_text(double confidence) {
  return fixed(confidence, 2) + (confidence < kLowConfidence ? " (low)" : "");
}

// The curve that is meant, from the first step to the last, and where on it
// the alarm opened.
std::string spark_text(const AlarmEntry& alarm, const DoctorView& view) {
  const auto plot = view.painter->draw(alarm, kSpark);
  if (!plot) {
    return {};
  }
  std::vector<double> values;
  size_t before = 0;
  for (const auto& point : plot->curves.back().points) {
    values.push_back(point.y);
    before += point.x < plot->marks[0].x ? 1U : 0U;
  }
  const auto [low, high] = std::ranges::minmax(values);
  const auto label = plot->title.substr(plot->title.find(": ") + 2);
  const std::string indent(12, ' ');
  return indent + paint(spark_line(values, kSpark), Ink::kFaint, view.style) +
         "  " + label + ", " + fixed(low, 2) + " to " + fixed(high, 2) + "\n" +
         indent + std::string(before, ' ') + "^\n";
}

std::string alarms_text(
    const std::vector<AlarmEntry>& alarms, const DoctorView& view) {
  auto text = "\n" + paint("alarms", Ink::kAccent, view.style) + "\n";
  const auto shown = std::min(kShown, alarms.size());
  for (size_t i = 0; i < shown; ++i) {
    text += "  " + alarm_line(alarms[i], view.style) + "\n";
    text += view.painter != nullptr ? spark_text(alarms[i], view) : "";
  }
  if (alarms.size() > shown) {
    text += "  and " + std::to_string(alarms.size() - shown) +
            " more; --json lists all\n";
  }
  return text;
}

std::string evidence_text(const Diagnosis& d) {
  std::string text;
  for (const auto& line : d.evidence_for) {
    text += point('+', line);
  }
  for (const auto& line : d.evidence_against) {
    text += point('-', line);
  }
  return text;
}

std::string labelled(std::string_view label, std::string_view words) {
  return wrapped(std::string(label) + ": " + std::string(words), "    ");
}

std::string verdict_text(const Diagnosis& d, size_t rank, Style style) {
  auto text = "\n" + std::to_string(rank) + ". " +
              paint(d.id + " " + visible(d.name), Ink::kBold, style) +
              "  confidence " + confidence_text(d.confidence) +
              "  since step " + with_commas(d.since_step) + "\n";
  return text + evidence_text(d) + labelled("tell it apart", d.test) +
         labelled("do first", d.action) + labelled("it worked if", d.success) +
         labelled("if not", d.rollback);
}

std::string short_text(const Diagnosis& d, size_t rank, Style style) {
  return std::to_string(rank) + ". " +
         paint(d.id + " " + visible(d.name), Ink::kBold, style) +
         "  confidence " + confidence_text(d.confidence) + "\n";
}

std::string walk_text(const std::vector<WalkStep>& walk, Style style) {
  constexpr std::array kInks{Ink::kGood, Ink::kBad, Ink::kFaint};
  constexpr std::array<std::string_view, 3> kMarks{"✓", "!", "?"};
  auto text = "\n" + paint("step by step", Ink::kAccent, style) + "\n";
  size_t number = 0;
  for (const auto& step : walk) {
    const auto at = static_cast<size_t>(step.answer);
    text += paint(
        "  " + std::string(kMarks[at]) + " " + std::to_string(++number) + ". " +
            std::string(step.question),
        kInks[at],
        style);
    text += "\n";
    for (const auto& line : step.lines) {
      text += wrapped(visible(line), "       ");
    }
  }
  return text;
}

}  // namespace

std::string alarm_line(const AlarmEntry& alarm, Style style) {
  auto line = paint(
      pad_right(alarm.id, 4) + pad_right(std::string(name_of(alarm.level)), 5),
      ink_of(alarm.level),
      style);
  line += "step " + with_commas(alarm.step);
  line += alarm.closed_step ? "–" + with_commas(*alarm.closed_step) : "";
  return line + "  " + visible(alarm.message);
}

std::string health_text(const Examination& e, Style style) {
  auto text = "\n" + paint("Alarms", Ink::kAccent, style) + "\n";
  const auto worst = worst_level(e.alarms);
  if (!worst) {
    return text + paint("  none", Ink::kGood, style) + "\n";
  }
  const auto heaviest = std::ranges::find(e.alarms, *worst, &AlarmEntry::level);
  text += "  " + alarm_line(*heaviest, style) + "\n";
  if (e.alarms.size() > 1) {
    text += "  and " + std::to_string(e.alarms.size() - 1) +
            " more: `moestro doctor` lists them\n";
  }
  if (!e.verdicts.empty()) {
    const auto& first = e.verdicts.front();
    text += "  likely " + first.id + " " + visible(first.name) +
            ", confidence " + confidence_text(first.confidence) + ": " +
            visible(first.action) + "\n";
  }
  return text;
}

std::string doctor_text(
    const Examination& e, std::string_view run, const DoctorView& view) {
  auto text = paint(visible(run), Ink::kBold, view.style) + "  " +
              with_commas(e.steps) + " steps\n";
  text += e.alarms.empty() ? paint("no alarms\n", Ink::kGood, view.style)
                           : alarms_text(e.alarms, view);
  if (!e.verdicts.empty()) {
    text += "\n" + paint("what explains it", Ink::kAccent, view.style) + "\n";
  }
  for (size_t i = 0; i < e.verdicts.size(); ++i) {
    const bool whole = i == 0 || view.explain;
    text += whole ? verdict_text(e.verdicts[i], i + 1, view.style)
                  : short_text(e.verdicts[i], i + 1, view.style);
  }
  text += view.explain ? walk_text(e.walk, view.style) : "";
  for (const auto& line : e.unknown) {
    text += paint("\nnot known: " + line, Ink::kFaint, view.style);
  }
  return text + (e.unknown.empty() ? "" : "\n");
}

}  // namespace moestro
