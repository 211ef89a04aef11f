// SPDX-License-Identifier: Apache-2.0
// The grouped path behind torch.ops.moestro.experts, below autograd. Wide
// signatures: they follow the operator's schema.
#pragma once

#include <string_view>
#include <tuple>

#include <ATen/core/Tensor.h>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

using ExpertsOut = std::tuple<at::Tensor, at::Tensor>;  // y_TD, z_NF
// Gradients of x, weight, up, down.
using ExpertsGrads = std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor>;

[[nodiscard]] ExpertsOut experts_grouped(
    const at::Tensor& x_TD,
    const at::Tensor& token_N,
    const at::Tensor& offset_E1,
    const at::Tensor& weight_N,
    const at::Tensor& up_EFD,
    const at::Tensor& down_EDF,
    c10::string_view activation);

[[nodiscard]] ExpertsGrads experts_grouped_backward(
    const at::Tensor& grad_TD,
    const at::Tensor& x_TD,
    const at::Tensor& z_NF,
    const at::Tensor& token_N,
    const at::Tensor& offset_E1,
    const at::Tensor& weight_N,
    const at::Tensor& up_EFD,
    const at::Tensor& down_EDF,
    c10::string_view activation);

}  // namespace moestro
MOESTRO_API_END
