// SPDX-License-Identifier: Apache-2.0
// One optimizer step: micro-batches forward and backward, the guard, clip,
// AdamW, controllers.
#pragma once

#include "moestro/probe/measures.h"
#include "moestro/record/step.h"
#include "moestro/train/data/dataset.h"
#include "moestro/train/guard.h"
#include "moestro/train/hand.h"
#include "moestro/train/stopwatch.h"

MOESTRO_API_BEGIN
namespace moestro {

struct StepOutcome {
  StepRecord record;
  // Empty when the step was taken; else why it changed nothing.
  std::string refused;
};

// Bytes of windows -> [S, context + 1] int64.
[[nodiscard]] Tensor bytes_of(std::span<const Window> windows);

// Mean cross-entropy in nats of the bytes after the first; [] or, per window,
// [S].
[[nodiscard]] Tensor next_byte_loss(
    const Tensor& logits_SLV, const Tensor& target_SL);

class Stepper {
 public:
  // All must outlive the stepper.
  Stepper(
      const Config&,
      const Dataset&,
      TrainState&,
      Stopwatch&,
      std::span<Hand* const> hands = {});

  [[nodiscard]] StepOutcome run();
  // The next step also takes the gradients of its losses one by one.
  void probe_gradients() { probes_gradients_ = true; }

 private:
  struct Micro {
    Tensor bytes_SL1;
    Tokens tokens;
    int32_t number;
    double share;            // of the step's tokens
    Tensor lm{}, balance{};  // losses, detached
  };

  [[nodiscard]] std::vector<Window> next_windows();
  [[nodiscard]] std::vector<Micro> next_batch(StepRecord&);
  void count_beforehand(const std::vector<Micro>&);
  void learn_from(Micro&);
  void take_paths(const Tensor& lm);
  // Brings all that the step left on its device to the host at once.
  [[nodiscard]] GradientNorms settle(const std::vector<Micro>&);
  [[nodiscard]] Pass pass_of(const Micro&) const;
  void judge(StepOutcome&, const std::vector<Micro>&, const GradientNorms&);
  // What went bad first.
  [[nodiscard]] Culprit culprit(const std::vector<Micro>&);
  void commit(StepOutcome&, const GradientNorms&);
  void add_norms(StepRecord&, const GradientNorms&) const;
  void record_layers(const Transfer&, const std::map<int32_t, size_t>& norms);
  LayerRecord& layer_record(int32_t layer, const std::string& routing);

  const Config& config_;
  const Dataset& data_;
  TrainState& state_;
  Stopwatch& watch_;
  std::span<Hand* const> hands_;
  std::map<Ledger::Place, LayerRecord> layers_;
  std::map<Ledger::Place, SequenceRows> rows_;
  std::map<int32_t, std::vector<int32_t>> domain_S_;  // by micro-batch
  bool probes_gradients_ = false;
  std::vector<Measures> paths_;  // by layer, of the first micro-batch
  double lm_ = 0, balance_ = 0;
};

}  // namespace moestro
MOESTRO_API_END
