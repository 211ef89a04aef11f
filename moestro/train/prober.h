// SPDX-License-Identifier: Apache-2.0
// The same few windows of validation text through the model every N steps:
// what the router decides on them, how that changed, and at greater depth what
// each expert makes of them. Nothing of it is counted as training.
#pragma once

#include "moestro/probe/measures.h"
#include "moestro/record/step.h"
#include "moestro/train/data/dataset.h"
#include "moestro/train/state.h"

MOESTRO_API_BEGIN
namespace moestro {

enum class Depth { kChoices, kExperts };

class Prober {
 public:
  // The state must outlive it.
  Prober(const Config&, TrainState&, const Dataset&);

  // Into the extras of the step's layers.
  void add_to(StepRecord&, Depth);

 private:
  [[nodiscard]] LayerRecord* record_of(
      StepRecord&, int32_t layer, const std::string& routing) const;
  [[nodiscard]] double loss(const std::function<void(const LayerPass&)>& tap);
  void look(StepRecord&, const LayerPass&, Depth);
  [[nodiscard]] bool has_bias(size_t layer, size_t place) const;
  // Takes the experts of one layer away, one after the other.
  void ablate(LayerRecord&, double whole);
  void ablate_in_turn(StepRecord&, double whole);

  TrainState& state_;
  uint64_t seed_;
  int64_t eval_every_;
  Tensor bytes_SL1_;
};

}  // namespace moestro
MOESTRO_API_END
