// SPDX-License-Identifier: Apache-2.0
// Registration of torch.ops.moestro.experts: schema, grouped path for every
// device, autograd rule at the Autograd key, Meta kernels, autocast. The
// backward is itself a registered operator, so that fake tensors see both
// directions.
#include <ATen/autocast_mode.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/autograd/autograd_not_implemented_fallback.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "moestro/ops/experts.h"
#include "moestro/ops/experts_grouped.h"

namespace moestro {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

auto forward_operator() {
  static const auto op = c10::Dispatcher::singleton()
                             .findSchemaOrThrow("moestro::experts", "")
                             .typed<decltype(experts_grouped)>();
  return op;
}

auto backward_operator() {
  static const auto op = c10::Dispatcher::singleton()
                             .findSchemaOrThrow("moestro::experts_backward", "")
                             .typed<decltype(experts_grouped_backward)>();
  return op;
}

ExpertsOut forward_meta(
    const Tensor& x,
    const Tensor& token,
    const Tensor& /*offset*/,
    const Tensor& /*weight*/,
    const Tensor& up,
    const Tensor& /*down*/,
    c10::string_view /*activation*/) {
  return {
      x.new_empty_symint({x.sym_size(0), x.sym_size(1)}),
      x.new_empty_symint({token.sym_size(0), up.sym_size(1)})};
}

ExpertsGrads backward_meta(
    const Tensor& /*grad*/,
    const Tensor& x,
    const Tensor& /*z*/,
    const Tensor& /*token*/,
    const Tensor& /*offset*/,
    const Tensor& weight,
    const Tensor& up,
    const Tensor& down,
    c10::string_view /*activation*/) {
  return {
      x.new_empty_symint({x.sym_size(0), x.sym_size(1)}),
      at::empty_like(weight),
      at::empty_like(up),
      at::empty_like(down)};
}

struct ExpertsRule : torch::autograd::Function<ExpertsRule> {
  static variable_list forward(
      AutogradContext* ctx,
      const Tensor& x,
      const Tensor& token,
      const Tensor& offset,
      const Tensor& weight,
      const Tensor& up,
      const Tensor& down,
      const std::string& activation) {
    const at::AutoDispatchBelowADInplaceOrView below;
    auto [y, z] =
        forward_operator().call(x, token, offset, weight, up, down, activation);
    ctx->save_for_backward({x, z, token, offset, weight, up, down});
    ctx->saved_data["activation"] = activation;
    ctx->mark_non_differentiable({z});
    ctx->set_materialize_grads(false);
    return {y, z};
  }

  static variable_list backward(AutogradContext* ctx, variable_list g) {
    if (!g[0].defined()) {
      return variable_list(7);
    }
    const auto s = ctx->get_saved_variables();
    auto [dx, dweight, dup, ddown] = backward_operator().call(
        g[0],
        s[0],
        s[1],
        s[2],
        s[3],
        s[4],
        s[5],
        s[6],
        ctx->saved_data["activation"].toStringRef());
    return {dx, {}, {}, dweight, dup, ddown, {}};
  }
};

ExpertsOut forward_autograd(
    const Tensor& x,
    const Tensor& token,
    const Tensor& offset,
    const Tensor& weight,
    const Tensor& up,
    const Tensor& down,
    c10::string_view activation) {
  const auto out = ExpertsRule::apply(
      x, token, offset, weight, up, down, std::string(activation));
  return {out[0], out[1]};
}

// Experts follow the model's low precision; routing never does.
template <at::DeviceType device>
ExpertsOut forward_autocast(
    const Tensor& x,
    const Tensor& token,
    const Tensor& offset,
    const Tensor& weight,
    const Tensor& up,
    const Tensor& down,
    c10::string_view activation) {
  const c10::impl::ExcludeDispatchKeyGuard off(
      at::autocast::get_autocast_dispatch_key_from_device_type(device));
  const auto dtype = at::autocast::get_autocast_dtype(device);
  const auto cast = [dtype](const Tensor& t) {
    return at::autocast::cached_cast(dtype, t, device);
  };
  return forward_operator().call(
      cast(x), token, offset, cast(weight), cast(up), cast(down), activation);
}

}  // namespace

Tensor experts(
    const Tensor& x_TD,
    const Assignment& pairs,
    const Tensor& weight_N,
    const ExpertWeights& w) {
  return std::get<0>(forward_operator().call(
      x_TD,
      pairs.token_N,
      pairs.offset_E1,
      weight_N.to(x_TD.scalar_type()),
      w.up_EFD,
      w.down_EDF,
      name_of(w.activation)));
}

TORCH_LIBRARY(moestro, m) {
  m.def(
      "experts(Tensor x, Tensor token, Tensor offset, Tensor weight, Tensor up,"
      " Tensor down, str activation) -> (Tensor, Tensor)");
  m.def(
      "experts_backward(Tensor grad, Tensor x, Tensor z, Tensor token,"
      " Tensor offset, Tensor weight, Tensor up, Tensor down, str activation)"
      " -> (Tensor, Tensor, Tensor, Tensor)");
}
TORCH_LIBRARY_IMPL(moestro, CompositeExplicitAutograd, m) {
  m.impl("experts", experts_grouped);
  m.impl("experts_backward", experts_grouped_backward);
}
TORCH_LIBRARY_IMPL(moestro, Meta, m) {
  m.impl("experts", forward_meta);
  m.impl("experts_backward", backward_meta);
}
TORCH_LIBRARY_IMPL(moestro, Autograd, m) {
  m.impl("experts", forward_autograd);
  m.impl("experts_backward", torch::autograd::autogradNotImplementedFallback());
}
TORCH_LIBRARY_IMPL(moestro, AutocastCPU, m) {
  m.impl("experts", forward_autocast<at::kCPU>);
}
TORCH_LIBRARY_IMPL(moestro, AutocastCUDA, m) {
  m.impl("experts", forward_autocast<at::kCUDA>);
}

}  // namespace moestro
