// SPDX-License-Identifier: Apache-2.0
// Between verbs and the shell: exit codes, one-line errors, the verb table.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exit.h"
#include "moestro/base/error.h"
#include "moestro/base/registry.h"

namespace moestro {

using Arguments = std::span<const std::string>;

struct Verb {
  std::string_view name, about;
  std::function<int(Arguments)> run;
};

// Runs and turns what is thrown into one line on stderr and an exit code.
[[nodiscard]] int guarded(const std::function<int()>& body);

void print_error(std::string_view message);

// A command line that does not work.
[[noreturn]] void fail_usage(const std::string& message);

// Verbs that need no libtorch, with the parts of a registry that outlives them.
[[nodiscard]] std::vector<Verb> core_verbs(const Registry&);

// The text of `moestro --help`.
[[nodiscard]] std::string overview();

[[nodiscard]] int report_verb(Arguments, const Registry&);
[[nodiscard]] int plan_verb(Arguments);
[[nodiscard]] int env_verb(Arguments);
[[nodiscard]] std::string core_environment();

}  // namespace moestro
