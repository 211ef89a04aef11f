// SPDX-License-Identifier: Apache-2.0
// moestro lab KIND
#include <cstdio>

#include "cli/command.h"
#include "cli/lab_kinds.h"
#include "cli/verbs.h"
#include "moestro/base/text.h"

namespace moestro {
namespace {

struct Kind {
  std::string_view name, about;
  int (*run)(Arguments, const Registry&);
};

constexpr Kind kKinds[] = {
    {"scenario",
     "faults and healthy controls, and what the doctor makes of them",
     lab_scenario},
    {"calibrate",
     "how often the rules cry wolf on healthy streams",
     lab_calibrate}};

}  // namespace

int lab_verb(Arguments arguments, const Registry& registry) {
  const auto word = arguments.empty() ? std::string("") : arguments[0];
  if (word == "--help" || word == "-h") {
    for (const auto& kind : kKinds) {
      std::printf(
          "moestro lab %-10s %s\n",
          std::string(kind.name).c_str(),
          std::string(kind.about).c_str());
    }
    return code(Exit::kFine);
  }
  std::vector<std::string_view> known;
  for (const auto& kind : kKinds) {
    if (kind.name == word) {
      return kind.run(arguments.subspan(1), registry);
    }
    known.push_back(kind.name);
  }
  fail_usage(
      "there is no experiment '" + word + "'" + did_you_mean(word, known));
}

}  // namespace moestro
