// SPDX-License-Identifier: Apache-2.0
// The numeric guard: a step whose loss or gradient is not finite, or whose loss
// spikes, changes nothing; too many in a row stop the run.
#pragma once

#include <optional>
#include <string>

#include "moestro/base/api.h"
#include "moestro/train/state.h"

MOESTRO_API_BEGIN
namespace moestro {

// Why the loss of this step must not be followed; nothing when it may. A spike
// is `spike_factor` robust deviations (1.4826 MAD) above the recent median.
[[nodiscard]] std::optional<std::string> loss_problem(
    const GuardMemory&, double loss, double spike_factor);

// (x - median) / (1.4826 MAD) over the recent losses; 0 until there are 20.
[[nodiscard]] double robust_z(const GuardMemory&, double loss);

void remember_good(GuardMemory&, double loss);

// Where it went bad first.
struct Culprit {
  int32_t layer = -1, expert = -1;  // -1 = not known
  std::string what{};               // empty: everything is finite

  // "layer 1, expert 3, block.01.layer.experts.up is not finite"
  [[nodiscard]] std::string text() const;
};

// The first tensor, in the order of the forward, whose weights went bad.
[[nodiscard]] Culprit first_bad_weight(Part& model);

// The layer, and the expert, whose output is the first that is not finite.
[[nodiscard]] Culprit first_bad_output(
    const Transformer&, const Tensor& bytes_SL, Pass);

// The expert, or else the tensor, whose gradient is the first that the backward
// made bad: it comes from the last layer down.
[[nodiscard]] Culprit first_bad_gradient(Part& model);

}  // namespace moestro
MOESTRO_API_END
