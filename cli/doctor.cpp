// SPDX-License-Identifier: Apache-2.0
// moestro doctor TARGET [OTHER]
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "cli/colour.h"
#include "cli/command.h"
#include "cli/target.h"
#include "cli/verbs.h"
#include "moestro/base/durable.h"
#include "moestro/base/error.h"
#include "moestro/serve/compare_text.h"
#include "moestro/serve/doctor_json.h"
#include "moestro/serve/doctor_text.h"
#include "moestro/serve/picture.h"

namespace moestro {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kPoints = 60;  // of a curve in a picture

// 10 for warnings, 11 for pages, where the pipeline cares.
Exit exit_of(const Examination& e, const std::string& fail_on) {
  const auto worst = worst_level(e.alarms).value_or(Level::kInfo);
  if (worst == Level::kPage) {
    return Exit::kPages;
  }
  return worst == Level::kWarn && fail_on != "page" ? Exit::kWarns
                                                    : Exit::kFine;
}

int tell_difference(
    const Target& a, const Target& b, const Registry& registry, bool json) {
  const RunReader of_a(a.store()), of_b(b.store());
  const auto comparison = compare(of_a, of_b, registry);
  const Names names{a.name(), b.name()};
  if (json) {
    std::puts(dump(to_json(comparison, names)).c_str());
  } else {
    const auto style = wants_colour(stdout) ? Style::kColour : Style::kPlain;
    std::fputs(compare_text(comparison, names, style).c_str(), stdout);
  }
  return std::max(a.code(), b.code());
}

// DIR/A05.svg of the first alarm of each rule, DIR/D03.svg of each verdict.
void write_pictures(
    const std::string& folder,
    const Examination& examination,
    const Painter& painter) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    fail_storage("cannot make " + folder + ": " + error.message(), folder);
  }
  const auto write = [&](const std::string& id,
                         const std::vector<svg::Plot>& plots) {
    if (!plots.empty()) {
      write_output(fs::path(folder) / (id + ".svg"), svg_file(id, plots));
    }
  };
  for (const auto& alarm : worst_of_each_rule(examination.alarms)) {
    if (const auto plot = painter.draw(alarm, kPoints)) {
      write(alarm.id, {*plot});
    }
  }
  for (const auto& verdict : examination.verdicts) {
    write(verdict.id, painter.draw(verdict, examination.alarms, kPoints));
  }
}

}  // namespace

int doctor_verb(Arguments arguments, const Registry& registry) {
  Command command(
      "doctor",
      "The alarms of a run or a trace, and the causes that explain them.");
  Target target, other;
  std::string fail_on = "warn";
  std::string pictures;
  bool json = false, explain = false;
  target.declare(command);
  other.declare_other(command);
  command.flag("--json", json, "machine-readable");
  command.flag("--explain", explain, "every verdict with its evidence");
  command.option(
      "--pictures", pictures, "folder for an SVG of each rule and verdict");
  command.option(
      "--fail-on", fail_on, "warn (exit 10 or 11) or page (11 only)");
  command.example(
      "exit code: 0 healthy, 10 warnings, 11 pages; open and closed alarms "
      "count");
  if (!command.parse(arguments)) {
    return code(Exit::kFine);
  }
  if (fail_on != "warn" && fail_on != "page") {
    fail_usage("--fail-on is warn or page; got '" + fail_on + "'");
  }
  target.open();
  if (other.is_given()) {
    other.open(target);
    return tell_difference(target, other, registry, json);
  }
  const RunReader reader(target.store());
  const auto examination = examine(reader, registry);
  const Painter painter(reader, registry);
  if (!pictures.empty()) {
    write_pictures(pictures, examination, painter);
  }
  if (json) {
    std::puts(dump(to_json(examination)).c_str());
  } else {
    const DoctorView view{
        .style = wants_colour(stdout) ? Style::kColour : Style::kPlain,
        .explain = explain,
        .painter = explain ? &painter : nullptr};
    std::fputs(doctor_text(examination, target.name(), view).c_str(), stdout);
  }
  const auto exit = exit_of(examination, fail_on);
  return exit == Exit::kFine ? target.code() : code(exit);
}

}  // namespace moestro
