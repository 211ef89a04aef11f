// SPDX-License-Identifier: Apache-2.0
#include "moestro/ops/feed_forward.h"

#include <ATen/ops/gelu.h>
#include <ATen/ops/gelu_backward.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/silu_backward.h>

namespace moestro {

using at::Tensor;

std::string_view name_of(Activation activation) {
  constexpr std::string_view kNames[] = {"swiglu", "gelu", "relu"};
  return kNames[static_cast<size_t>(activation)];
}

Activation activation_of(std::string_view name) {
  for (auto a : {Activation::kSwiglu, Activation::kGelu, Activation::kRelu}) {
    if (name_of(a) == name) {
      return a;
    }
  }
  TORCH_CHECK_VALUE(
      false, "[experts] activation is swiglu, gelu or relu; got ", name);
}

int64_t widening(Activation activation) {
  return activation == Activation::kSwiglu ? 2 : 1;
}

Activated activate(const Tensor& z, Activation activation) {
  switch (activation) {
    case Activation::kSwiglu: {
      const auto halves = z.chunk(2, -1);
      const auto gate = at::silu(halves[0]);
      return {gate * halves[1], gate};
    }
    case Activation::kGelu:
      return {at::gelu(z)};
    case Activation::kRelu:
      return {at::relu(z)};
  }
  TORCH_INTERNAL_ASSERT(false, "unknown activation");
}

Tensor activate_backward(
    const Tensor& grad_h,
    const Tensor& z,
    const Activated& forward,
    Activation activation) {
  switch (activation) {
    case Activation::kSwiglu: {
      const auto halves = z.chunk(2, -1);
      auto dz = at::empty_like(z);
      auto dhalves = dz.chunk(2, -1);
      at::silu_backward_out(dhalves[0], grad_h * halves[1], halves[0]);
      at::mul_out(dhalves[1], grad_h, forward.gate);
      return dz;
    }
    case Activation::kGelu:
      return at::gelu_backward(grad_h, z);
    case Activation::kRelu:
      return grad_h * z.gt(0);
  }
  TORCH_INTERNAL_ASSERT(false, "unknown activation");
}

Tensor feed_forward(
    const Tensor& x,
    const Tensor& up,
    const Tensor& down,
    Activation activation) {
  return at::linear(activate(at::linear(x, up), activation).h, down);
}

}  // namespace moestro
