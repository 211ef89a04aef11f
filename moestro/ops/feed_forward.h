// SPDX-License-Identifier: Apache-2.0
// One feed-forward network and its activation: what an expert computes.
#pragma once

#include <string_view>

#include <ATen/core/Tensor.h>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// kSwiglu: silu(gate) * up, gate rows stored before up rows. kGelu: the exact
// (erf) form.
enum class Activation { kSwiglu, kGelu, kRelu };

[[nodiscard]] std::string_view name_of(Activation);
// Contract: one of "swiglu", "gelu", "relu".
[[nodiscard]] Activation activation_of(std::string_view name);

// Rows of the first matrix per hidden unit: 2 for gated activations.
[[nodiscard]] int64_t widening(Activation);

// h [.., F], and what the gradient would compute again: silu(gate) of kSwiglu.
struct Activated {
  at::Tensor h, gate{};
};

// z [.., widening * F] -> h.
[[nodiscard]] Activated activate(const at::Tensor& z, Activation);
// Gradient of z, given that of h.
[[nodiscard]] at::Tensor activate_backward(
    const at::Tensor& grad_h,
    const at::Tensor& z,
    const Activated&,
    Activation);

// x [.., D], up [widening * F, D], down [D, F] -> [.., D].
[[nodiscard]] at::Tensor feed_forward(
    const at::Tensor& x,
    const at::Tensor& up,
    const at::Tensor& down,
    Activation);

}  // namespace moestro
MOESTRO_API_END
