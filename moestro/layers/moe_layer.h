// SPDX-License-Identifier: Apache-2.0
// One mixture-of-experts layer in a training loop of one's own: forward ->
// balance loss -> end of step. docs/library.md teaches it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/registry.h"
#include "moestro/ops/part.h"

MOESTRO_API_BEGIN
namespace moestro {

struct MoEOptions {
  int64_t model_dim = 0;  // required
  int64_t experts = 8, top_k = 2;
  int64_t hidden = 0;  // of one expert; 0 = 4 * model_dim / top_k, at least 1
  bool causal = true;  // later tokens must not change earlier ones
  int64_t vocabulary = 0;  // token ids lie below; 0 = there are none
  int64_t num_steps = 0;   // planned; what schedules end at
  uint64_t seed = 1;
  std::string device = "cpu";  // of the parameters: "cpu", "cuda", "cuda:1"
  // Any key moe.*, as --set takes it: "moe.controller.sign-bias.rate=0.01".
  std::vector<std::string> settings{};
};

// What a forward may know of its rows; undefined: all real, one sequence.
struct MoEInput {
  at::Tensor mask_T{};        // bool, true = real token
  at::Tensor sequence_T{};    // int64, ascending from 0
  int64_t num_sequences = 0;  // of sequence_T; 0: looked up in it
  at::Tensor id_T{};          // int64 vocabulary ids, for parts that read them
  at::Tensor replay_TK{};     // int64 experts to force, -1 = none
};

class MoELayer {
 public:
  // ConfigurationError for keys, names and values that do not work.
  MoELayer(const Registry&, const std::string& recipe, const MoEOptions&);
  ~MoELayer();
  MoELayer(MoELayer&&) noexcept;
  MoELayer& operator=(MoELayer&&) noexcept;

  // x [T, D] -> [T, D], of the type and on the device of x. A forward in
  // training counts as one micro-batch of the step.
  [[nodiscard]] at::Tensor forward(
      const at::Tensor& x_TD, const MoEInput& = {});
  // Of the last forward in training: what to add to the task's loss, weights
  // and scopes included. With several micro-batches a step the caller weighs
  // each micro-batch's whole loss, as always.
  [[nodiscard]] at::Tensor balance_loss() const;
  // After the optimizer's step: exact counts -> controllers, parts learn.
  void end_step();
  // Instead, for a step that was not taken.
  void skip_step();

  // false: no random draws, nothing is counted.
  void set_training(bool training);

  // Those that an optimizer moves.
  [[nodiscard]] std::vector<at::Tensor> parameters();
  void tensors(const TensorVisitor&);
  [[nodiscard]] const Knobs& knobs() const;
  // Of the last step that ended, by routing; "" where there is one.
  [[nodiscard]] const Totals& totals(const std::string& routing = "") const;
  // Its losses, unscaled.
  [[nodiscard]] const std::vector<LossValue>& losses() const;
  [[nodiscard]] int64_t steps() const;

  // Parameters, knobs and the state of controllers and parts, bit for bit.
  // StorageError, DataError.
  void save(const std::string& path);
  void load(const std::string& path);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace moestro
MOESTRO_API_END
