// SPDX-License-Identifier: Apache-2.0
// What the verbs that read traces share: options, and what is said meanwhile.
#pragma once

#include <cstdint>
#include <string>

#include "cli/command.h"
#include "moestro/record/import.h"

namespace moestro {

// Options of a trace that its file does not answer; 0 and "" = not given.
struct TraceWords {
  std::string format;
  int64_t top_k = 0, experts = 0;

  void declare(Command&);
  // ConfigurationError: impossible numbers.
  [[nodiscard]] TraceOptions options() const;
};

// Says the first things that are left out, each in a line, and the number of
// the others at the end.
class TraceTalk {
 public:
  explicit TraceTalk(std::string name) : name_(std::move(name)) {}

  void listen(TraceOptions&);
  void finish() const;

 private:
  void left_out(const std::string& what);

  std::string name_;
  int64_t count_ = 0;
};

}  // namespace moestro
