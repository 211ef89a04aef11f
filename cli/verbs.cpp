// SPDX-License-Identifier: Apache-2.0
#include "cli/verbs.h"

namespace moestro {
namespace {

using enum VerbLine::Kind;

constexpr VerbLine kLines[] = {
#define MOESTRO_SECTION(title) {kSection, title, "", ""},
#define MOESTRO_CORE_VERB(name, usage, about) {kCore, #name, usage, about},
#define MOESTRO_TORCH_VERB(name, usage, about) {kTorch, #name, usage, about},
#include "cli/verbs.def"
#undef MOESTRO_SECTION
#undef MOESTRO_CORE_VERB
#undef MOESTRO_TORCH_VERB
};

constexpr std::size_t kUsageWidth = 24;

std::string overview_line(const VerbLine& line) {
  if (line.kind == kSection) {
    return "\n" + std::string(line.name) + "\n";
  }
  std::string usage(line.name);
  if (!line.usage.empty()) {
    usage += " " + std::string(line.usage);
  }
  usage.resize(std::max(usage.size() + 1, kUsageWidth), ' ');
  return "  " + usage + std::string(line.about) + "\n";
}

}  // namespace

std::span<const VerbLine> verb_lines() {
  return kLines;
}

std::vector<std::string_view> all_verbs() {
  std::vector<std::string_view> names;
  for (const auto& line : verb_lines()) {
    if (line.kind != kSection) {
      names.push_back(line.name);
    }
  }
  return names;
}

Verb bound(std::string_view name, VerbFunction verb, const Registry& registry) {
  return {name, [verb, &registry](Arguments arguments) {
            return verb(arguments, registry);
          }};
}

std::vector<Verb> core_verbs(const Registry& registry) {
  return {
#define MOESTRO_SECTION(title)
#define MOESTRO_CORE_VERB(name, usage, about) \
  bound(#name, name##_verb, registry),
#define MOESTRO_TORCH_VERB(name, usage, about)
#include "cli/verbs.def"
#undef MOESTRO_SECTION
#undef MOESTRO_CORE_VERB
#undef MOESTRO_TORCH_VERB
  };
}

std::string overview() {
  std::string text =
      "moestro keeps sparse mixture-of-experts models balanced and watched.\n\n"
      "usage: moestro VERB [arguments]      `moestro VERB --help` explains "
      "each\n";
  for (const auto& line : verb_lines()) {
    text += overview_line(line);
  }
  return text + R"(
exit codes: 0 fine, 1 failure, 2 usage or configuration, 3 data or checkpoint
invalid, 4 numeric guard, 10 and 11 the doctor warns and pages, 128+n stopped
by signal n after a safe checkpoint
)";
}

}  // namespace moestro
