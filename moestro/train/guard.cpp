// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/guard.h"

#include <algorithm>

#include <ATen/core/grad_mode.h>

#include "moestro/base/text.h"
#include "moestro/stats/robust.h"
#include "moestro/tensor/host.h"

namespace moestro {
namespace {

constexpr size_t kRemembered = 128, kEnough = 20;

bool all_finite(const Tensor& t) {
  return at::isfinite(t).all().item<bool>();
}

// The first expert whose part of the tensor is bad.
int32_t bad_expert(const NamedTensor& t, const Tensor& bad) {
  if (t.expert_dim) {
    const auto experts = bad.transpose(0, *t.expert_dim);
    for (int64_t e = 0; e < experts.size(0); ++e) {
      if (!all_finite(experts[e])) {
        return static_cast<int32_t>(e);
      }
    }
  }
  return -1;
}

// The expert with the largest share of bad rows among those it served.
int32_t guilty_expert(const LayerOutput& out) {
  int32_t guilty = -1;
  double most = 0;
  for (const auto& [_, routing] : out.routings) {
    const auto& pairs = routing.pairs;
    const auto bad_T = at::isfinite(out.y_TD).all(1).logical_not();
    const auto offset = to_ints(pairs.offset_E1);
    for (size_t e = 0; e + 1 < offset.size(); ++e) {
      const auto token_N = pairs.token_N.slice(0, offset[e], offset[e + 1]);
      const double share =
          bad_T.index_select(0, token_N).to(at::kDouble).mean().item<double>();
      if (share > most) {
        most = share;
        guilty = static_cast<int32_t>(e);
      }
    }
  }
  return guilty;
}

}  // namespace

std::string Culprit::text() const {
  return (layer < 0 ? "" : "layer " + std::to_string(layer) + ", ") +
         (expert < 0 ? "" : "expert " + std::to_string(expert) + ", ") + what;
}

double robust_z(const GuardMemory& memory, double loss) {
  if (memory.recent.size() < kEnough) {
    return 0;
  }
  return (loss - median(memory.recent)) /
         std::max(robust_scale(memory.recent), 1e-9);
}

std::optional<std::string> loss_problem(
    const GuardMemory& memory, double loss, double spike_factor) {
  if (!std::isfinite(loss)) {
    return "the loss is not finite";
  }
  const double z = robust_z(memory, loss);
  if (spike_factor > 0 && z > spike_factor) {
    return "the loss spikes: " + fixed(z, 1) +
           " robust deviations above its recent median";
  }
  return std::nullopt;
}

void remember_good(GuardMemory& memory, double loss) {
  memory.bad_in_a_row = 0;
  memory.recent.push_back(loss);
  if (memory.recent.size() > kRemembered) {
    memory.recent.erase(memory.recent.begin());
  }
}

Culprit first_bad_weight(Part& model) {
  Culprit found;
  model.tensors([&found](const NamedTensor& t) {
    const auto value = t.value.detach();
    if (found.what.empty() && !all_finite(value)) {
      found = {t.layer, bad_expert(t, value), t.name + " is not finite"};
    }
  });
  return found;
}

Culprit first_bad_output(
    const Transformer& model, const Tensor& bytes_SL, Pass pass) {
  const at::NoGradGuard no_grad;
  Culprit found;
  pass.tap = [&found](const LayerPass& layer) {
    if (!found.what.empty()) {
      return;
    }
    const auto number = layer.context.at.layer;
    if (!all_finite(layer.x_TD)) {
      found = {
          number,
          guilty_expert(layer.out),
          "its input is not finite: the attention before it went bad"};
    } else if (!all_finite(layer.out.y_TD)) {
      found = {number, guilty_expert(layer.out), "its output is not finite"};
    }
  };
  (void)model.forward(bytes_SL, pass);
  return found;
}

Culprit first_bad_gradient(Part& model) {
  Culprit tensor, expert;
  model.tensors([&](const NamedTensor& t) {
    const auto& grad = t.value.grad();
    if (grad.defined() && !all_finite(grad)) {
      (t.expert_dim ? expert : tensor) = {
          t.layer,
          bad_expert(t, grad),
          "the gradient of " + t.name + " is not finite"};
    }
  });
  return expert.what.empty() ? tensor : expert;
}

}  // namespace moestro
