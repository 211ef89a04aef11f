// SPDX-License-Identifier: Apache-2.0
// A scenario's faults, put into a run while it trains.
#pragma once

#include "moestro/base/api.h"
#include "moestro/lab/data_faults.h"
#include "moestro/lab/instrument_faults.h"
#include "moestro/lab/tensor_faults.h"
#include "moestro/train/hand.h"

MOESTRO_API_BEGIN
namespace moestro {

class Injector final : public Hand {
 public:
  // The scenario must outlive it.
  Injector(const Scenario& scenario, uint64_t seed)
      : scenario_(scenario),
        tensors_(scenario.edits),
        data_(scenario.data, seed),
        instruments_(scenario.instruments) {}

  void before_step(TrainState&, const Note&) override;
  void batch(int64_t step, const Dataset&, std::vector<Window>&) override;
  void gradients(TrainState&) override;
  void record(StepRecord&) override;

  // The last step that was begun.
  [[nodiscard]] int64_t step() const { return step_; }

 private:
  const Scenario& scenario_;
  TensorFaults tensors_;
  DataFaults data_;
  InstrumentFaults instruments_;
  int64_t step_ = 0;
};

}  // namespace moestro
MOESTRO_API_END
