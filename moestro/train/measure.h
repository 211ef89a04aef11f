// SPDX-License-Identifier: Apache-2.0
// The costly measurements of a step, taken around it.
#pragma once

#include <map>

#include "moestro/base/api.h"
#include "moestro/record/step.h"
#include "moestro/train/state.h"

MOESTRO_API_BEGIN
namespace moestro {

class WeightMeasure {
 public:
  // Before the step: copies what will be compared.
  explicit WeightMeasure(TrainState&);
  // After the step: similarity of router rows and of experts, update ratios,
  // into the layers' extras.
  void add_to(StepRecord&, TrainState&) const;

 private:
  std::map<std::string, Tensor> before_;
};

}  // namespace moestro
MOESTRO_API_END
