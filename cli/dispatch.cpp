// SPDX-License-Identifier: Apache-2.0
#include "cli/dispatch.h"

#include <algorithm>
#include <cstdio>

#include "moestro/base/text.h"

namespace moestro {

std::span<const std::string_view> all_verbs() {
  static constexpr std::string_view kVerbs[] = {
      "train",
      "resume",
      "eval",
      "generate",
      "data",
      "report",
      "plan",
      "methods",
      "route",
      "env"};
  return kVerbs;
}

int dispatch(
    std::span<const std::string> arguments,
    const std::vector<Verb>& verbs,
    const std::function<int()>& otherwise) {
  if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h" ||
      arguments[0] == "help") {
    std::fputs(overview().c_str(), stdout);
    return arguments.empty() ? code(Exit::kUsage) : code(Exit::kFine);
  }
  if (arguments[0] == "--version") {
    std::puts("moestro 0.1.0");
    return code(Exit::kFine);
  }
  const auto found = std::ranges::find(verbs, arguments[0], &Verb::name);
  if (found != verbs.end()) {
    return guarded([&] { return found->run(arguments.subspan(1)); });
  }
  const auto known = all_verbs();
  if (otherwise && std::ranges::find(known, arguments[0]) != known.end()) {
    return guarded(otherwise);
  }
  print_error(
      "there is no verb '" + arguments[0] + "'" +
      did_you_mean(arguments[0], known));
  return code(Exit::kUsage);
}

}  // namespace moestro
