// SPDX-License-Identifier: Apache-2.0
// What can go wrong, and what the program answers.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace moestro {

// Exit codes of the program; outside scripts rely on the numbers.
enum class Exit {
  kFine = 0,
  kFailure = 1,
  kUsage = 2,    // configuration or command line
  kData = 3,     // data, logits, trace, checkpoint or run missing or invalid
  kNumeric = 4,  // the numeric guard stopped the run
  kPeer = 5,
  kInterrupted = 130,
  kTerminated = 143,
};

// An expected failure on its way to the user: one line that names the thing
// and the fix. Thrown, because every one of them ends the verb; what callers
// can go on from (a damaged checkpoint with an older one beside it) is caught
// where it is decided.
class Failure : public std::runtime_error {
 public:
  Failure(Exit exit, const std::string& message)
      : std::runtime_error(message), exit_(exit) {}
  [[nodiscard]] Exit exit() const { return exit_; }

 private:
  Exit exit_;
};

[[noreturn]] void fail_usage(const std::string& message);
[[noreturn]] void fail_data(const std::string& message);
[[noreturn]] void fail_run(const std::string& message);

// A broken contract of the library: the caller's mistake, not the user's.
// Message form: "[op] rule; got name=value".
class ContractError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

void require(bool holds, std::string_view message);

}  // namespace moestro
