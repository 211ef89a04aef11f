// SPDX-License-Identifier: Apache-2.0
#include "cli/shell.h"

#include <cstdio>
#include <new>

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

// Our own words, or the first line: libtorch appends a stack trace. Its
// allocator and the language's say the same thing in two ways, neither of them
// for people.
std::string said_by(const std::exception& error) {
  const std::string_view text = error.what();
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr ||
      text.find("can't allocate memory") != std::string_view::npos) {
    return "out of memory";
  }
  if (dynamic_cast<const Error*>(&error) != nullptr) {
    return std::string(text);  // a name in it may have lines
  }
  return std::string(text.substr(0, text.find('\n')));
}

}  // namespace

int guarded(const std::function<int()>& body) {
  try {
    return body();
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
  if (dynamic_cast<const DataError*>(&error) != nullptr) {
    return Exit::kData;
  }
  return dynamic_cast<const NumericError*>(&error) != nullptr ? Exit::kNumeric
                                                              : Exit::kFailure;
}

}  // namespace moestro
