// SPDX-License-Identifier: Apache-2.0
// Whoever reaches into a run while it goes on: an experiment that injects
// faults, the conductor that treats them. Who only follows it is a sink.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/record/step.h"
#include "moestro/train/data/dataset.h"
#include "moestro/train/state.h"

MOESTRO_API_BEGIN
namespace moestro {

// An entry of the run's journal, such as "declared" or "acted".
using Note = std::function<void(std::string_view kind, std::string_view text)>;

// Saves the run as it stands; false where that failed, which has been said.
using SaveNow = std::function<bool()>;

class Hand {
 public:
  virtual ~Hand() = default;
  // The run begins or goes on; what may be asked of it until it ends.
  virtual void begin(const SaveNow&) {}
  // Step `state.step + 1` is about to be made: knobs and tensors may be moved.
  virtual void before_step(TrainState&, const Note&) {}
  // What that step is about to learn from; as many windows of as many bytes
  // stay.
  virtual void batch(int64_t /*step*/, const Dataset&, std::vector<Window>&) {}
  // Gradients are there; nothing has been made of them.
  virtual void gradients(TrainState&) {}
  // What the instruments are about to say of the step.
  virtual void record(StepRecord&) {}
};

}  // namespace moestro
MOESTRO_API_END
