// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/conduct.h"

#include <algorithm>

#include "moestro/base/error.h"
#include "moestro/diagnose/replay.h"
#include "moestro/record/store.h"
#include "moestro/train/conduct_acts.h"
#include "moestro/train/conduct_panel.h"

namespace moestro {
namespace {

// "D03 try 1" of "D03 try 1, rich-get-richer (0.93): ...".
std::string key_of(const std::string& suggestion) {
  return suggestion.substr(0, suggestion.find(','));
}

bool rewinds(const Order& order) {
  return std::ranges::any_of(
      order.acts, [](const Act& act) { return act.lever == Lever::kRewind; });
}

}  // namespace

Conduct::Conduct(
    const Registry& registry,
    const Config& config,
    const RunFolder& folder,
    AlarmSink& watch,
    std::vector<RunSink*> audience)
    : options_(config.conductor),
      conductor_(registry, config.conductor),
      folder_(folder),
      every_(config.train.checkpoint_every),
      watch_(watch),
      audience_(std::move(audience)) {}

void Conduct::begin(const SaveNow& save) {
  save_ = save;
}

void Conduct::before_step(TrainState& state, const Note& note) {
  if (!recalled_) {
    recall(state);
    recalled_ = true;
  }
  const auto& window = watch_.window();
  if (window && window->step == state.step) {
    decide(state, *window, note);
  }
}

// What was done is in the checkpoint. What was only said changes no bits of the
// run, so it stands in the journal alone.
void Conduct::recall(const TrainState& state) {
  resumed_at_ = state.step;
  ConductorMemory memory;
  if (!state.conducted.memory.empty()) {
    memory = memory_of(state.conducted.memory);
  }
  if (state.step > 0) {
    for (const auto& event : RunReader(folder_.store().string()).events()) {
      if (event.kind == name_of(Turn::kSuggested) &&
          (event.step < state.step || options_.mode == "suggest")) {
        memory.said.insert(key_of(event.text));
      }
      if (event.step == state.step) {
        told_.insert(event.kind + event.text);
      }
    }
  }
  conductor_.restore(std::move(memory));
}

std::vector<int64_t> Conduct::regular_checkpoints(int64_t step) const {
  std::vector<int64_t> steps;
  for (const auto& place : list_checkpoints(folder_.checkpoints())) {
    if (place.step % every_ == 0 && place.step <= step) {
      steps.push_back(place.step);
    }
  }
  std::ranges::sort(steps);
  return steps;
}

void Conduct::decide(
    TrainState& state, const RunWindow& window, const Note& note) {
  const auto& record = watch_.record();
  if (record.serious().empty() && !conductor_.memory().flight) {
    return;
  }
  const auto panel = panel_of(state, regular_checkpoints(state.step));
  for (const auto& decision : conductor_.look({record, window, panel})) {
    follow(state, decision, note);
  }
  if (options_.mode == "auto" && !conductor_.memory().empty()) {
    state.conducted.memory = text_of(conductor_.memory());
  }
}

void Conduct::follow(
    TrainState& state, const Decision& decision, const Note& note) {
  if (decision.turn == Turn::kActed) {
    act(state, decision, note);
    return;
  }
  if (decision.takes_back()) {
    take_back(state, decision.order.acts);
  }
  if (decision.turn != Turn::kSuggested) {
    state.conducted.kept.clear();
  }
  tell(state, decision, note);
  if (decision.turn == Turn::kSucceeded) {
    note(kDeclared, "the conductor's order worked: rules learn anew");
  }
}

// A rewind rests on the checkpoint it goes back to; one of now would hold what
// it goes away from.
bool Conduct::is_safe(const TrainState& state, const Order& order) const {
  const auto places = list_checkpoints(folder_.checkpoints());
  const bool fresh = !places.empty() &&
                     places.front().step >= state.step - options_.fresh_steps;
  return rewinds(order) || fresh || (save_ && save_());
}

void Conduct::act(
    TrainState& state, const Decision& decision, const Note& note) {
  if (!is_safe(state, decision.order)) {
    tell(state, conductor_.give_up("no checkpoint could be written"), note);
    return;
  }
  try {
    carry_out(state, decision.order.acts, folder_.checkpoints());
  } catch (const DataError& failure) {
    tell(state, conductor_.give_up(failure.what()), note);
    return;
  }
  tell(state, decision, note);
}

void Conduct::tell(
    const TrainState& state, const Decision& decision, const Note& note) {
  const std::string kind(name_of(decision.turn));
  const bool again =
      state.step == resumed_at_ && told_.contains(kind + decision.text);
  if (!again) {
    note(kind, decision.text);
  }
  for (auto* sink : audience_) {
    sink->say(
        "step " + std::to_string(state.step) + "  " + kind + ": " +
        decision.text);
  }
}

}  // namespace moestro
