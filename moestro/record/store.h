// SPDX-License-Identifier: Apache-2.0
// The run store: one SQLite file per run. Tables and encodings:
// docs/run-store.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "moestro/record/facts.h"
#include "moestro/record/step.h"

MOESTRO_API_BEGIN
namespace moestro {

// Appends from a thread of its own, in blocks: `add` never waits for the disk
// unless the queue is full. Commits at least every 2 s and on `flush`. What the
// disk refuses is kept and tried again; `flush` throws StorageError while it is
// not safe.
class RunWriter {
 public:
  // Creates the file, or opens an existing one and deletes everything after
  // `last_step` (resume). StorageError when it cannot be written.
  RunWriter(const std::string& path, int64_t last_step);
  ~RunWriter();  // flushes, ends in journal_mode=DELETE
  RunWriter(const RunWriter&) = delete;
  RunWriter& operator=(const RunWriter&) = delete;

  // Steps ascend. A skipped step leaves its scalars, no layers; why it was
  // skipped is an event of whoever refused it.
  void add(StepRecord);
  // Wall-clock facts of a step: not a metric table.
  void add_clock(int64_t step, double wall_seconds, double step_seconds);
  // Where the time of a step went, by phase ("forward", "backward", ...).
  void add_phase_clock(
      int64_t step, std::vector<std::pair<std::string, double>> seconds);
  // Journal: "started", "resumed", "checkpoint", "skipped", "finished".
  void add_event(int64_t step, std::string_view kind, std::string_view text);
  // What is known by now; replaces what was.
  void put_facts(const RunFacts&);
  // One evaluation: series such as "valid/lm", "valid/domain/code".
  void add_evaluation(
      int64_t step, std::vector<std::pair<std::string, double>> values);
  // Blocks until everything handed over is committed.
  void flush();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Reads a live, finished or killed run; copies the file to temporary storage
// when its folder cannot be written. DataError when it is missing, no run
// store, damaged or of a newer version.
// Takes back what a crash left half written, which a reader may not. Errors of
// a store that cannot be read are the reader's to tell.
void recover_store(const std::string& path);

class RunReader {
 public:
  explicit RunReader(const std::string& path);
  ~RunReader();
  RunReader(const RunReader&) = delete;
  RunReader& operator=(const RunReader&) = delete;

  struct Point {
    int64_t step;
    double value;
  };
  [[nodiscard]] int64_t last_step() const;
  // Recorded steps from 1 to `last`.
  [[nodiscard]] int64_t count_steps(int64_t last) const;
  // The first recorded step that is not before `from`; nothing at the end.
  [[nodiscard]] std::optional<int64_t> next_step(int64_t from) const;
  [[nodiscard]] std::vector<std::string> series() const;
  [[nodiscard]] std::vector<Point> scalar(std::string_view name) const;
  [[nodiscard]] RunFacts facts() const;
  // Layers that route, ascending.
  [[nodiscard]] std::vector<int32_t> layers() const;
  // Layer records of steps first..last (inclusive), one a recorded step.
  [[nodiscard]] std::vector<std::pair<int64_t, LayerRecord>> layer_steps(
      int32_t layer,
      int64_t first,
      int64_t last,
      std::string_view routing = {}) const;
  // The scalars of the run at steps first..last as extras of a layer -1, one a
  // step that has any; counts.tokens is the series "tokens".
  [[nodiscard]] std::vector<std::pair<int64_t, LayerRecord>> run_steps(
      int64_t first, int64_t last) const;
  // The newest number of each scalar series of a layer (-1: of the run) before
  // a step: what is measured too seldom to stand in every window.
  [[nodiscard]] std::vector<std::pair<std::string, double>> latest_extras(
      int32_t layer, int64_t before, std::string_view routing = {}) const;
  // Names of a layer's routings: "" where it has one.
  [[nodiscard]] std::vector<std::string> routings(int32_t layer) const;
  // Demand of a layer as `columns` or fewer means over equally long stretches
  // of steps, from the pyramid: [column][E]; NaN where nothing was recorded.
  struct Heat {
    int64_t first_step = 0, steps_per_column = 1;
    std::vector<std::vector<double>> columns;
  };
  [[nodiscard]] Heat heat(
      int32_t layer, int64_t columns, std::string_view routing = {}) const;
  struct Event {
    int64_t step;
    std::string kind, text;
  };
  [[nodiscard]] std::vector<Event> events() const;
  struct Clock {
    int64_t step;
    double wall_seconds, step_seconds;
  };
  [[nodiscard]] std::vector<Clock> clocks() const;
  // Total seconds by phase over the run.
  [[nodiscard]] std::vector<std::pair<std::string, double>> phase_seconds()
      const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace moestro
MOESTRO_API_END
