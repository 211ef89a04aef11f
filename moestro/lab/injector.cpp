// SPDX-License-Identifier: Apache-2.0
#include "moestro/lab/injector.h"

#include "moestro/diagnose/replay.h"

namespace moestro {

void Injector::before_step(TrainState& state, const Note& note) {
  step_ = state.step + 1;
  tensors_.apply(state);
  for (const auto& move : scenario_.knobs) {
    if (move.when.holds(step_)) {
      move_knob(move, state);
    }
  }
  for (const auto& one : scenario_.declarations) {
    if (one.when.holds(step_)) {
      note(kDeclared, one.text);
    }
  }
}

void Injector::batch(
    int64_t step, const Dataset& data, std::vector<Window>& windows) {
  data_.apply(step, data, windows);
}

void Injector::gradients(TrainState& state) {
  tensors_.drop_gradients(state);
}

void Injector::record(StepRecord& record) {
  instruments_.apply(record);
}

}  // namespace moestro
