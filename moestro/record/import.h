// SPDX-License-Identifier: Apache-2.0
// A trace becomes a run: everything that reads runs reads it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "moestro/base/api.h"
#include "moestro/record/trace.h"

MOESTRO_API_BEGIN
namespace moestro {

struct ImportState {
  int64_t lines = 0;     // read, or tensors
  int64_t left_out = 0;  // of them or their parts, with a reason
  int64_t steps = 0;     // stored
  int64_t known = 0;     // steps that the run had already
};

struct ImportOptions {
  TraceOptions trace;
  std::filesystem::path run;
  std::function<void(const ImportState&)> progress{};
  // Each new step, numbered as in the run, with what is known so far.
  std::function<void(const RunFacts&, const TraceStep&)> seen{};
};

// Writes RUN/run.db. What is stored is committed at least once a second.
// ConfigurationError when the folder holds something, unless it is an import
// that `follow` goes on with; StorageError when another process writes to it;
// DataError when the trace holds no step, and then leaves nothing behind.
[[nodiscard]] ImportState import_trace(
    const std::string& path, const ImportOptions&);

// A run store in a temporary folder, made from a trace, gone with this object.
class TraceRun {
 public:
  // An empty format is recognised. DataError when it is no trace.
  TraceRun(const std::string& path, TraceOptions);
  ~TraceRun();
  TraceRun(const TraceRun&) = delete;
  TraceRun& operator=(const TraceRun&) = delete;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] const ImportState& state() const { return state_; }

 private:
  std::filesystem::path folder_;
  ImportState state_;
};

// A run to be read: a folder with run.db, or a file that is a trace.
[[nodiscard]] bool is_trace(const std::filesystem::path& target);

}  // namespace moestro
MOESTRO_API_END
