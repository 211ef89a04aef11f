// SPDX-License-Identifier: Apache-2.0
// moestro report TARGET
#include <cstdio>
#include <filesystem>

#include "cli/colour.h"
#include "cli/command.h"
#include "cli/target.h"
#include "cli/verbs.h"
#include "moestro/base/durable.h"
#include "moestro/serve/card_json.h"
#include "moestro/serve/doctor_text.h"
#include "moestro/serve/html.h"
#include "moestro/serve/terminal.h"

namespace moestro {

namespace {

namespace fs = std::filesystem;

// What the run itself lives on; report.html beside it is fine.
bool is_owned(const fs::path& file, const fs::path& run) {
  std::error_code ignored;
  const auto target = fs::weakly_canonical(file, ignored);
  const auto inside =
      target.lexically_relative(fs::weakly_canonical(run, ignored));
  const auto first = inside.empty() ? fs::path() : *inside.begin();
  return first == "checkpoints" || first == "config.toml" || first == "lock" ||
         first.string().starts_with("run.db");
}

// What a page may not be written over.
bool is_source(const fs::path& html, const Target& target) {
  std::error_code ignored;
  return target.is_trace() ? fs::equivalent(html, target.name(), ignored)
                           : is_owned(html, target.folder());
}

void write_page(
    const std::string& html, const Target& target, std::string_view page) {
  if (is_source(html, target)) {
    fail_usage(
        "--html " + html + " is a file of " + target.name() +
        " itself; name another, such as report.html");
  }
  write_output(html, page);
}

}  // namespace

int report_verb(Arguments arguments, const Registry& registry) {
  Command command("report", "The report card of a run or a trace.");
  Target target;
  std::string html;
  bool json = false;
  target.declare(command);
  command.option("--html", html, "write one self-contained page to this file");
  command.flag("--json", json, "machine-readable");
  if (!command.parse(arguments)) {
    return code(Exit::kFine);
  }
  target.open();
  const RunReader reader(target.store());
  const auto card = read_card(reader, target.name(), registry);
  const auto examination = examine(reader, registry);
  if (!html.empty()) {
    write_page(html, target, html_report(reader, card, examination, registry));
  }
  if (json) {
    std::puts(dump(to_json(card, examination)).c_str());
  } else {
    const auto style = wants_colour(stdout) ? Style::kColour : Style::kPlain;
    std::fputs(terminal_card(card, style).c_str(), stdout);
    std::fputs(health_text(examination, style).c_str(), stdout);
  }
  return target.code();
}

}  // namespace moestro
