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
    std::filesystem::remove(html);
    write_durably(html, html_report(reader, card, registry));
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
