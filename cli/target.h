// SPDX-License-Identifier: Apache-2.0
// What `report` and `doctor` look at: a run, or a trace, which is a run for as
// long as this lives.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "cli/command.h"
#include "cli/trace_talk.h"
#include "moestro/record/import.h"

namespace moestro {

class Target {
 public:
  // The first argument, and the options that a trace may need.
  void declare(Command&);
  // One that need not be given, and is read as the first.
  void declare_other(Command&);
  // After `parse`: reads a trace, and says what of it is left out. Another
  // target lends the options that a trace needs.
  void open();
  void open(const Target& like);

  [[nodiscard]] bool is_given() const { return !name_.empty(); }

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::filesystem::path folder() const;
  [[nodiscard]] std::string store() const { return folder() / "run.db"; }
  [[nodiscard]] bool is_trace() const { return trace_ != nullptr; }
  // What a verb with nothing worse to say ends with: kData when something of
  // the trace was left out.
  [[nodiscard]] int code() const;

 private:
  std::string name_;
  TraceWords words_;
  std::unique_ptr<TraceRun> trace_;
};

}  // namespace moestro
