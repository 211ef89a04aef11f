// SPDX-License-Identifier: Apache-2.0
#include "cli/dispatch.h"

#include <algorithm>
#include <cstdio>

#include "cli/verbs.h"
#include "moestro/base/text.h"
#include "moestro/base/version.h"

namespace moestro {

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
    std::printf("moestro %s\n", version());
    return code(Exit::kFine);
  }
  const auto found = std::ranges::find(verbs, arguments[0], &Verb::name);
  if (found != verbs.end()) {
    return found->run(arguments.subspan(1));
  }
  const auto known = all_verbs();
  if (otherwise && std::ranges::find(known, arguments[0]) != known.end()) {
    return otherwise();
  }
  fail_usage(
      "there is no verb '" + arguments[0] + "'" +
      did_you_mean(arguments[0], known));
}

}  // namespace moestro
