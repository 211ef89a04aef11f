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

std::string where(const NamedTensor& t, const Tensor& bad) {
  std::string text;
  if (t.layer >= 0) {
    text = "layer " + std::to_string(t.layer) + ", ";
  }
  if (t.expert_dim) {
    const auto experts = bad.transpose(0, *t.expert_dim);
    for (int64_t e = 0; e < experts.size(0); ++e) {
      if (!all_finite(experts[e])) {
        text += "expert " + std::to_string(e) + ", ";
        break;
      }
    }
  }
  return text;
}

// The expert with the largest share of bad rows among those it served.
std::string guilty_expert(const LayerOutput& out) {
  std::string name;
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
        name = ", expert " + std::to_string(e);
      }
    }
  }
  return name;
}

}  // namespace

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

std::string first_bad_weight(Part& model) {
  std::string found;
  model.tensors([&found](const NamedTensor& t) {
    if (found.empty() && !all_finite(t.value.detach())) {
      found = where(t, t.value.detach()) + t.name + " is not finite";
    }
  });
  return found;
}

std::string first_bad_output(
    const Transformer& model, const Tensor& bytes_SL, Pass pass) {
  const at::NoGradGuard no_grad;
  std::string found;
  pass.tap = [&found](const LayerPass& layer) {
    if (!found.empty()) {
      return;
    }
    const auto name = "layer " + std::to_string(layer.context.at.layer);
    if (!all_finite(layer.x_TD)) {
      found = name + guilty_expert(layer.out) +
              ", its input is not finite: the attention before it went bad";
    } else if (!all_finite(layer.out.y_TD)) {
      found = name + guilty_expert(layer.out) + ", its output is not finite";
    }
  };
  (void)model.forward(bytes_SL, pass);
  return found;
}

std::string first_bad_gradient(Part& model) {
  std::string tensor, expert;
  model.tensors([&](const NamedTensor& t) {
    const auto& grad = t.value.grad();
    if (grad.defined() && !all_finite(grad)) {
      (t.expert_dim ? expert : tensor) =
          where(t, grad) + "the gradient of " + t.name + " is not finite";
    }
  });
  return expert.empty() ? tensor : expert;
}

}  // namespace moestro
