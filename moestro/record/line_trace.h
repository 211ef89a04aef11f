// SPDX-License-Identifier: Apache-2.0
// A trace whose lines are rows: reads, leaves out what is bad, gives out steps.
// Private to record/.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "moestro/base/api.h"
#include "moestro/record/line_reader.h"
#include "moestro/record/trace.h"
#include "moestro/record/trace_row.h"

MOESTRO_API_BEGIN
namespace moestro {

class LineTrace final : public Trace {
 public:
  // Nothing for a line that says nothing of a step; DataError for a bad one.
  using Parse = std::function<std::optional<TraceRow>(std::string_view)>;

  struct Options {
    Parse parse;
    bool repeats = false;  // see StepAssembler
  };

  LineTrace(const std::string& path, const TraceOptions&, Options);

  [[nodiscard]] Turn next() override;
  [[nodiscard]] const RunFacts& facts() const override {
    return assembler_.facts();
  }
  [[nodiscard]] int64_t lines() const override { return reader_.number(); }
  [[nodiscard]] bool is_file() const override { return reader_.is_file(); }

 private:
  void take_line();
  void leave_out(const std::string& why);
  [[nodiscard]] Turn paused();
  void tell_strange(const TraceRow&);

  TraceOptions options_;
  Options lines_;
  LineReader reader_;
  StepAssembler assembler_;
  std::chrono::steady_clock::time_point heard_;  // when a line came last
  std::vector<std::string> strange_;             // keys, each told once
  bool ended_ = false;
};

}  // namespace moestro
MOESTRO_API_END
