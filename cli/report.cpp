// SPDX-License-Identifier: Apache-2.0
// moestro report RUN
#include <cstdio>
#include <filesystem>

#include "cli/colour.h"
#include "cli/command.h"
#include "cli/verbs.h"
#include "moestro/base/durable.h"
#include "moestro/serve/card_json.h"
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

void write_page(
    const std::string& html, const std::string& run, std::string_view page) {
  if (is_owned(html, run)) {
    fail_usage(
        "--html " + html +
        " is a file of the run itself; name another, such as " + run +
        "/report.html");
  }
  write_output(html, page);
}

}  // namespace

int report_verb(Arguments arguments, const Registry& registry) {
  Command command("report", "The report card of a run.");
  std::string run, html;
  bool json = false;
  command.needs("RUN", run, "folder of the run");
  command.option("--html", html, "write one self-contained page to this file");
  command.flag("--json", json, "machine-readable");
  if (!command.parse(arguments)) {
    return code(Exit::kFine);
  }
  const RunReader reader(run + "/run.db");
  const auto card = read_card(reader, run, registry);
  if (!html.empty()) {
    write_page(html, run, html_report(reader, card, registry));
  }
  if (json) {
    std::puts(dump(to_json(card)).c_str());
  } else {
    const auto style = wants_colour(stdout) ? Style::kColour : Style::kPlain;
    std::fputs(terminal_card(card, style).c_str(), stdout);
  }
  return code(Exit::kFine);
}

}  // namespace moestro
