// SPDX-License-Identifier: Apache-2.0
// What the program answers; outside scripts rely on the numbers.
#pragma once

#include <exception>

namespace moestro {

enum class Exit {
  kFine = 0,
  kFailure = 1,
  kUsage = 2,    // configuration or command line
  kData = 3,     // data, logits, trace, checkpoint or run missing or invalid
  kNumeric = 4,  // the numeric guard stopped the run
  kWarns = 10,   // the doctor warns
  kPages = 11,   // the doctor pages
};

// Stopped by a signal after a safe checkpoint: 130 Ctrl-C, 143 SIGTERM, 129 a
// terminal that went away, 141 nobody who reads stderr.
[[nodiscard]] constexpr int code_of_signal(int signal) {
  return 128 + signal;
}

[[nodiscard]] constexpr int code(Exit exit) {
  return static_cast<int>(exit);
}

// What an error of the library means to a script.
[[nodiscard]] Exit exit_of(const std::exception&);

}  // namespace moestro
