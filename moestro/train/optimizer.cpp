// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/optimizer.h"

#include <numbers>

#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/linalg_vector_norm.h>

namespace moestro {
namespace {

Tensor norm_of(const std::vector<Tensor>& gradients) {
  const auto norms = at::stack(at::_foreach_norm(gradients));
  return at::linalg_vector_norm(norms.to(at::kDouble));
}

double clip_factor(double norm, double limit) {
  return limit > 0 && norm > limit ? limit / (norm + 1e-6) : 1;
}

void scale(const std::vector<Tensor>& gradients, double factor) {
  if (factor != 1 && !gradients.empty()) {
    at::_foreach_mul_(gradients, at::Scalar(factor));
  }
}

}  // namespace

double schedule_share(
    const OptimizerOptions& o, int64_t step, int64_t num_steps) {
  const auto t = static_cast<double>(step);
  const auto total = static_cast<double>(num_steps);
  const auto warmup = static_cast<double>(std::min(o.warmup, num_steps));
  if (t <= warmup) {
    return t / warmup;
  }
  if (o.schedule == "constant") {
    return 1;
  }
  const bool cosine = o.schedule == "cosine";
  const double start =
      cosine ? warmup : std::max(warmup, total * (1 - o.decay_share));
  if (t <= start) {
    return 1;
  }
  const double done = (t - start) / std::max(total - start, 1.0);
  const double left =
      cosine ? 0.5 * (1 + std::cos(std::numbers::pi * done)) : 1 - done;
  return o.final_lr_share + (1 - o.final_lr_share) * left;
}

Optimizer::Optimizer(const OptimizerOptions& options, Part& model)
    : options_(options) {
  for (auto role : {Role::kRouter, Role::kExperts, Role::kRest}) {
    groups_.push_back({.role = role, .decayed = true});
    groups_.push_back({.role = role, .decayed = false});
  }
  model.tensors([this](const NamedTensor& t) {
    if (!t.trained) {
      return;
    }
    const auto fits = [&t](const Group& g) {
      return g.role == t.role && g.decayed == t.decayed;
    };
    auto& group = *std::ranges::find_if(groups_, fits);
    group.names.push_back(t.name);
    group.values.push_back(t.value);
    group.exp_avgs.push_back(at::zeros_like(t.value.detach()));
    group.exp_avg_sqs.push_back(at::zeros_like(t.value.detach()));
    group.steps.push_back(at::zeros(
        {}, t.value.options().dtype(at::kFloat).requires_grad(false)));
  });
}

std::vector<Tensor> Optimizer::gradients(const Group& group) const {
  std::vector<Tensor> found;
  for (const auto& value : group.values) {
    if (value.grad().defined()) {
      found.push_back(value.grad());
    }
  }
  return found;
}

Optimizer::NormPlaces Optimizer::add_norms(Transfer& transfer) const {
  NormPlaces places;
  for (const auto& group : groups_) {
    const auto found = gradients(group);
    if (!found.empty()) {
      places.gradients.emplace_back(group.role, transfer.add(norm_of(found)));
    }
    if (group.role == Role::kRouter && !group.exp_avgs.empty() &&
        !places.memory) {
      places.memory = transfer.add(norm_of(group.exp_avgs));
    }
  }
  return places;
}

GradientNorms norms_of(
    const Transfer& transfer, const Optimizer::NormPlaces& places) {
  GradientNorms n;
  double rest = 0;
  for (const auto& [role, place] : places.gradients) {
    auto& sum = role == Role::kRouter    ? n.router
                : role == Role::kExperts ? n.experts
                                         : rest;
    sum = std::hypot(sum, transfer.number(place));
  }
  n.all = std::hypot(n.router, n.experts, rest);
  n.memory = places.memory ? transfer.number(*places.memory) : n.memory;
  return n;
}

double Optimizer::lr_scale(Role role, const RunKnobs& knobs) const {
  if (role == Role::kRouter) {
    return options_.router_lr_scale * knobs.router_lr_scale;
  }
  return role == Role::kExperts ? options_.expert_lr_scale : 1;
}

double Optimizer::decay(const Group& group) const {
  if (!group.decayed) {
    return 0;
  }
  if (group.role == Role::kRouter) {
    return options_.router_decay;
  }
  return group.role == Role::kExperts ? options_.expert_decay
                                      : options_.weight_decay;
}

void Optimizer::step(
    const GradientNorms& n, double rate, const RunKnobs& knobs) {
  const auto router_factor = clip_factor(n.router, knobs.router_clip);
  const auto clipped = std::sqrt(
      std::max(0.0, n.all * n.all - n.router * n.router) +
      std::pow(n.router * router_factor, 2));
  const auto factor = clip_factor(clipped, options_.clip);
  for (auto& group : groups_) {
    std::vector<Tensor> values, grads, avgs, squares, steps;
    for (size_t i = 0; i < group.values.size(); ++i) {
      if (group.values[i].grad().defined()) {
        values.push_back(group.values[i].detach());
        grads.push_back(group.values[i].grad());
        avgs.push_back(group.exp_avgs[i]);
        squares.push_back(group.exp_avg_sqs[i]);
        steps.push_back(group.steps[i]);
      }
    }
    if (values.empty()) {
      continue;
    }
    scale(grads, factor * (group.role == Role::kRouter ? router_factor : 1));
    for (auto& s : steps) {
      s += 1;
    }
    at::_fused_adamw_(
        values,
        grads,
        avgs,
        squares,
        {},
        steps,
        rate * knobs.lr_scale * lr_scale(group.role, knobs),
        options_.beta1,
        options_.beta2,
        decay(group),
        options_.eps,
        /*amsgrad=*/false,
        /*maximize=*/false);
  }
  clear();
}

void Optimizer::clear() {
  for (auto& group : groups_) {
    for (auto& value : group.values) {
      value.mutable_grad().reset();
    }
  }
}

void Optimizer::tensors(const TensorVisitor& visit) {
  for (auto& g : groups_) {
    for (size_t i = 0; i < g.names.size(); ++i) {
      visit({.name = "exp_avg." + g.names[i], .value = g.exp_avgs[i]});
      visit({.name = "exp_avg_sq." + g.names[i], .value = g.exp_avg_sqs[i]});
      visit({.name = "step." + g.names[i], .value = g.steps[i]});
    }
  }
}

}  // namespace moestro
