// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/shell.h"

namespace moestro {

// Runs the verb of the command line from `verbs`; `otherwise` gets what is no
// verb of the table (nullptr: unknown verbs are refused).
[[nodiscard]] int dispatch(
    std::span<const std::string> arguments,
    const std::vector<Verb>& verbs,
    const std::function<int()>& otherwise);

}  // namespace moestro
