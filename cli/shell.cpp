// SPDX-License-Identifier: Apache-2.0
#include "cli/shell.h"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>

#include "cli/colour.h"
#include "moestro/base/text.h"

namespace moestro {

void print_error(std::string_view message) {
  const bool colour = wants_colour(stderr);
  std::fprintf(
      stderr,
      "%smoestro:%s %s\n",
      colour ? "\033[31m" : "",
      colour ? "\033[0m" : "",
      visible(message).c_str());
}

namespace {

namespace fs = std::filesystem;

// Our own words, or the first line: libtorch appends a stack trace.
std::string said_by(const std::exception& error) {
  if (is_out_of_memory(error)) {
    return "out of memory";
  }
  const auto* file = dynamic_cast<const fs::filesystem_error*>(&error);
  if (file != nullptr) {
    return "cannot reach " + file->path1().string() + ": " +
           file->code().message();
  }
  const std::string_view text = error.what();
  if (dynamic_cast<const Error*>(&error) != nullptr) {
    return std::string(text);  // a name in it may have lines
  }
  return std::string(text.substr(0, text.find('\n')));
}

// An answer that did not arrive is none.
int flushed() {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) {
    return code(Exit::kFine);
  }
  print_error("cannot write to the standard output; is it full or closed?");
  return code(Exit::kFailure);
}

// What is thrown where nothing may be thrown, such as memory that runs out
// inside a library's move. What is on the disk is as safe as after a kill.
[[noreturn]] void end_at_once() {
  const char* what = "an internal fault";
  try {
    if (const auto current = std::current_exception()) {
      std::rethrow_exception(current);
    }
  } catch (const std::exception& error) {
    what = is_out_of_memory(error) ? "out of memory" : what;
  } catch (...) {
    what = "an unknown fault";
  }
  std::fprintf(stderr, "moestro: %s\n", what);
  std::_Exit(code(Exit::kFailure));
}

}  // namespace

int guarded(const std::function<int()>& body) {
  std::set_terminate(end_at_once);
  try {
    const int answer = body();
    return answer == code(Exit::kFine) ? flushed() : answer;
  } catch (const std::exception& error) {
    print_error(said_by(error));
    return code(exit_of(error));
  }
}

void fail_usage(const std::string& message) {
  fail_configuration(message);
}

Exit exit_of(const std::exception& error) {
  if (dynamic_cast<const ConfigurationError*>(&error) != nullptr) {
    return Exit::kUsage;
  }
  if (dynamic_cast<const DataError*>(&error) != nullptr ||
      dynamic_cast<const fs::filesystem_error*>(&error) != nullptr) {
    return Exit::kData;
  }
  return dynamic_cast<const NumericError*>(&error) != nullptr ? Exit::kNumeric
                                                              : Exit::kFailure;
}

}  // namespace moestro
