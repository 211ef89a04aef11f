// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/run_sink.h"

#include <filesystem>

namespace moestro {
namespace {

// Of the store's files: a write-ahead log belongs to it.
constexpr const char* kSuffixes[] = {"", "-wal", "-shm", "-journal"};

void put_aside(const std::string& path) {
  std::error_code ignored;
  for (const auto* suffix : kSuffixes) {
    std::filesystem::rename(path + suffix, path + ".damaged" + suffix, ignored);
  }
}

// Seconds that the run had taken when it stopped.
double wall_before(const std::string& path, int64_t step) {
  double wall = 0;
  for (const auto& clock : RunReader(path).clocks()) {
    wall = clock.step <= step ? clock.wall_seconds : wall;
  }
  return wall;
}

}  // namespace

std::string StoreSink::missing(int64_t step) const {
  std::error_code error;
  if (step == 0) {
    return {};
  }
  const auto all = "all metrics of steps 1 to " + std::to_string(step);
  if (!std::filesystem::exists(path_, error)) {
    return all + " are missing: " + path_ + " is not there";
  }
  recover_store(path_);
  try {
    const auto found = RunReader(path_).count_steps(step);
    return found == step
               ? ""
               : path_ + " lacks " + std::to_string(step - found) + " of " +
                     std::to_string(step) + " steps that the checkpoint has";
  } catch (const DataError& fault) {
    return all + " are lost: " + fault.what();
  }
}

void StoreSink::begin(const RunFacts& facts, int64_t step) {
  const auto lost = missing(step);
  if (!lost.empty() && !accept_missing_) {
    throw MissingMetricsError(lost, path_);
  }
  if (lost.starts_with("all ")) {
    put_aside(path_);
  }
  store_ = std::make_unique<RunWriter>(path_, step);
  store_->put_facts(facts);
  wall_ = wall_before(path_, step);
  if (!lost.empty()) {
    store_->add_event(step, "missing-metrics", lost);
  }
}

void StoreSink::step(const StepView& view) {
  wall_ += view.seconds;
  store_->add_clock(view.record.step, wall_, view.seconds);
  store_->add_phase_clock(view.record.step, view.phases);
  store_->add(view.record);
}

void StoreSink::evaluated(int64_t step, const Series& series) {
  store_->add_evaluation(step, series);
}

void StoreSink::event(
    int64_t step, std::string_view kind, std::string_view text) {
  store_->add_event(step, kind, text);
}

void StoreSink::flush() {
  store_->flush();
}

void StoreSink::abandon() {
  store_.reset();
  std::error_code ignored;
  for (const auto* suffix : kSuffixes) {
    std::filesystem::remove(path_ + suffix, ignored);
  }
}

void StoreSink::end(const RunFacts& facts) {
  store_->put_facts(facts);
  store_->flush();
}

}  // namespace moestro
