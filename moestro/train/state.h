// SPDX-License-Identifier: Apache-2.0
// All that a run carries from one optimizer step to the next, and how it is
// saved and restored bit for bit.
#pragma once

#include "moestro/layers/balancer.h"
#include "moestro/model/transformer.h"
#include "moestro/train/checkpoint.h"
#include "moestro/train/config.h"
#include "moestro/train/optimizer.h"
#include "moestro/train/probe_memory.h"

MOESTRO_API_BEGIN
namespace moestro {

// What the numeric guard remembers.
struct GuardMemory {
  double bad_in_a_row = 0;
  std::vector<double> recent;  // losses of accepted steps, newest last
};

// What a conductor carries from step to step.
struct Conducted {
  std::string memory{};  // of the deciding half; empty = nothing
  TensorList kept{};     // what an order in flight changed, as it was
};

struct TrainState {
  TrainState(const Config&, const Registry&);

  StackSite site;
  Stack layers;
  Balancer balancer;
  Transformer model;
  Optimizer optimizer;
  RunKnobs run_knobs;
  GuardMemory guard;
  ProbeMemory probes;
  Conducted conducted{};
  int64_t step = 0;             // optimizer steps done, skipped ones included
  int64_t cursor = 0;           // training windows used
  bool evaluation_due = false;  // a signal cut the evaluation of this step
  at::DeviceType place = at::kCPU;

  // Where the model lives.
  [[nodiscard]] at::Device device() const { return {place}; }

  [[nodiscard]] std::vector<CheckpointFile> save();
  [[nodiscard]] CheckpointFacts facts(const std::string& config_toml) const;
  // DataError when anything is missing: state is never silently zero.
  void load(const Checkpoint&);
};

}  // namespace moestro
MOESTRO_API_END
