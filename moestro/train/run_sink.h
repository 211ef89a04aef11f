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
};

// Keeps everything in a run store.
class StoreSink final : public RunSink {
 public:
  explicit StoreSink(std::string path) : path_(std::move(path)) {}

  void begin(const RunFacts&, int64_t step) override;
  void step(const StepView&) override;
  void evaluated(int64_t step, const Series&) override;
  void event(
      int64_t step, std::string_view kind, std::string_view text) override;
  void flush() override;
  void end(const RunFacts&) override;

 private:
  std::string path_;
  std::unique_ptr<RunWriter> store_;
  double wall_ = 0;  // seconds that the run has taken
};

}  // namespace moestro
MOESTRO_API_END
