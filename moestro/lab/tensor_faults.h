// SPDX-License-Identifier: Apache-2.0
// What a scenario does to tensors and knobs.
#pragma once

#include <map>
#include <string>

#include "moestro/base/api.h"
#include "moestro/lab/scenario.h"
#include "moestro/train/state.h"

MOESTRO_API_BEGIN
namespace moestro {

class TensorFaults {
 public:
  explicit TensorFaults(std::span<const Edit> edits) : edits_(edits) {}

  // Before step `state.step + 1`. ConfigurationError for a pattern that no
  // tensor fits, or experts of a tensor that has none.
  void apply(TrainState&);
  // What is frozen learns nothing.
  void drop_gradients(TrainState&) const;

 private:
  void apply(const Edit&, TrainState&);
  void hold(const Edit&, const NamedTensor&);
  void release(const Edit&, TrainState&);

  std::span<const Edit> edits_;
  std::map<std::string, Tensor> frozen_;  // by the tensor's name
};

// ConfigurationError for a knob or a layer that is not there.
void move_knob(const KnobMove&, TrainState&);

}  // namespace moestro
MOESTRO_API_END
