// SPDX-License-Identifier: Apache-2.0
// The experts seam: gather rows, apply each expert to its own, weigh, sum back.
// Registered as torch.ops.moestro.experts; a faster kernel registers against
// the same schema and must agree with the reference.
#pragma once

#include <ATen/core/Tensor.h>

#include "moestro/base/api.h"
#include "moestro/ops/feed_forward.h"
#include "moestro/ops/routing.h"

MOESTRO_API_BEGIN
namespace moestro {

// up [E, widening * F, D] (gate rows, then up rows), down [E, D, F].
struct ExpertWeights {
  const Tensor& up_EFD;
  const Tensor& down_EDF;
  Activation activation = Activation::kSwiglu;
};

// y_TD = sum over served pairs of weight * expert(x). Pairs that are not served
// add nothing. Differentiable in x, weight, up and down; double backward
// raises.
[[nodiscard]] Tensor experts(
    const Tensor& x_TD,
    const Assignment&,
    const Tensor& weight_N,
    const ExpertWeights&);

// The same, one expert after the other, in plain differentiable operators.
[[nodiscard]] Tensor experts_reference(
    const Tensor& x_TD,
    const Assignment&,
    const Tensor& weight_N,
    const ExpertWeights&);

}  // namespace moestro
MOESTRO_API_END
