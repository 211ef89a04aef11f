// SPDX-License-Identifier: Apache-2.0
// Whoever follows a run: the run store, a live view, an exporter. The trainer
// tells each of its sinks everything, in order, from one thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/error.h"
#include "moestro/record/facts.h"
#include "moestro/record/store.h"

MOESTRO_API_BEGIN
namespace moestro {

// One step that was made, skipped or not.
struct StepView {
  const StepRecord& record;
  int64_t num_steps = 0;
  double seconds = 0;                                         // of this step
  const std::vector<std::pair<std::string, double>>& phases;  // of the seconds
};

class RunSink {
 public:
  using Series = std::vector<std::pair<std::string, double>>;

  virtual ~RunSink() = default;
  // Steps up to `step` were made before: a resumed run.
  virtual void begin(const RunFacts&, int64_t /*step*/) {}
  virtual void step(const StepView&) {}
  // Series such as "valid/bits_per_byte".
  virtual void evaluated(int64_t /*step*/, const Series&) {}
  // "started", "skipped", "stopped", "finished", ... for a journal.
  virtual void event(
      int64_t /*step*/, std::string_view /*kind*/, std::string_view /*text*/) {}
  // One line for a person.
  virtual void say(const std::string&) {}
  // A checkpoint is about to be published: what was told must be safe before.
  // StorageError when it is not.
  virtual void flush() {}
  virtual void end(const RunFacts&) {}
  // Nothing was made of the run, and its folder goes away.
  virtual void abandon() {}
};

// The store lacks steps that the checkpoint has.
class MissingMetricsError : public DataError {
 public:
  using DataError::DataError;
};

// Keeps everything in a run store. MissingMetricsError where a run that goes on
// finds less there than it had recorded, unless that is accepted: a store that
// cannot be read is then put aside.
class StoreSink final : public RunSink {
 public:
  explicit StoreSink(std::string path, bool accept_missing = false)
      : path_(std::move(path)), accept_missing_(accept_missing) {}

  void begin(const RunFacts&, int64_t step) override;
  void step(const StepView&) override;
  void evaluated(int64_t step, const Series&) override;
  void event(
      int64_t step, std::string_view kind, std::string_view text) override;
  void flush() override;
  void end(const RunFacts&) override;
  void abandon() override;

 private:
  // What is missing of the steps up to `step`; empty for nothing.
  [[nodiscard]] std::string missing(int64_t step) const;

  std::string path_;
  bool accept_missing_;
  std::unique_ptr<RunWriter> store_;
  double wall_ = 0;  // seconds that the run has taken
};

}  // namespace moestro
MOESTRO_API_END
