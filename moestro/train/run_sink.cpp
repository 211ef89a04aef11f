// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/run_sink.h"

namespace moestro {
namespace {

// Seconds that the run had taken when it stopped.
double wall_before(const std::string& path, int64_t step) {
  double wall = 0;
  for (const auto& clock : RunReader(path).clocks()) {
    wall = clock.step <= step ? clock.wall_seconds : wall;
  }
  return wall;
}

}  // namespace

void StoreSink::begin(const RunFacts& facts, int64_t step) {
  store_ = std::make_unique<RunWriter>(path_, step);
  store_->put_facts(facts);
  wall_ = wall_before(path_, step);
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

void StoreSink::end(const RunFacts& facts) {
  store_->put_facts(facts);
  store_->flush();
}

}  // namespace moestro
