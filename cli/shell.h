// SPDX-License-Identifier: Apache-2.0
// Between verbs and the shell: exit codes, one-line errors.
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
  std::string_view name;
  std::function<int(Arguments)> run;
};

// Runs and turns what is thrown into one line on stderr and an exit code.
[[nodiscard]] int guarded(const std::function<int()>& body);

void print_error(std::string_view message);

// A command line that does not work.
[[noreturn]] void fail_usage(const std::string& message);

}  // namespace moestro
