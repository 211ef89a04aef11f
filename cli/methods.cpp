// SPDX-License-Identifier: Apache-2.0
// moestro methods [NAME]
#include <cstdio>

#include "cli/command.h"
#include "cli/verbs.h"
#include "moestro/lab/catalogue.h"
#include "moestro/lab/schema.h"

namespace moestro {
namespace {

void print_table(const std::vector<Method>& methods) {
  std::string_view kind;
  for (const auto& m : methods) {
    if (m.kind != kind) {
      kind = m.kind;
      std::printf("\n%s\n", m.kind.c_str());
    }
    std::printf("  %-20s %s\n", m.name.c_str(), m.summary.c_str());
  }
  std::printf("\n`moestro methods NAME` explains one.\n");
}

void print_one(const Method& m) {
  std::printf(
      "%s %s\n  %s\n", m.kind.c_str(), m.name.c_str(), m.summary.c_str());
  if (!m.paper.empty()) {
    std::printf("  paper: arXiv %s\n", m.paper.c_str());
  }
  for (const auto& key : m.keys) {
    std::printf(
        "  %s = %s   (%s) %s\n",
        key.key.c_str(),
        key.preset.c_str(),
        key.type.c_str(),
        key.meaning.c_str());
  }
  if (!m.needs.empty()) {
    std::printf("  needs: %s\n", m.needs.c_str());
  }
  if (!m.offers.empty()) {
    std::printf("  offers: %s\n", m.offers.c_str());
  }
  for (const auto& caveat : m.caveats) {
    std::printf("  note: %s\n", caveat.c_str());
  }
  if (!m.text.empty()) {
    std::printf("\n%s", m.text.c_str());
  }
}

}  // namespace

int methods_verb(Arguments arguments, const Registry& registry) {
  Command command("methods", "Lists and explains every part and recipe.");
  std::string name;
  bool json = false, schema = false, markdown = false;
  command.may_have("NAME", name, "one part or recipe");
  command.flag("--json", json, "machine-readable, with every key");
  command.flag("--schema", schema, "JSON Schema of a configuration file");
  command.flag("--markdown", markdown, "the page docs/methods.md");
  if (!command.parse(arguments)) {
    return code(Exit::kFine);
  }
  if (schema) {
    std::puts(dump(config_schema(registry), JsonStyle::kIndented).c_str());
    return code(Exit::kFine);
  }
  if (markdown) {
    std::fputs(methods_page(registry).c_str(), stdout);
    return code(Exit::kFine);
  }
  const auto all = catalogue(registry, name);
  if (json) {
    std::puts(dump(to_json(all), JsonStyle::kIndented).c_str());
  } else if (name.empty()) {
    print_table(all);
  } else {
    for (const auto& m : all) {
      print_one(m);
    }
  }
  return code(Exit::kFine);
}

}  // namespace moestro
