// SPDX-License-Identifier: Apache-2.0
#include "moestro/probe/gradient_probe.h"

#include <algorithm>

#include <torch/csrc/autograd/autograd.h>

namespace moestro {
namespace {

using Weights = std::vector<Tensor> LayerWeights::*;
using Groups = std::vector<std::vector<Tensor>>;

Groups groups_of(
    std::span<const LayerWeights> layers,
    std::initializer_list<Weights> whose) {
  Groups groups;
  for (const auto& layer : layers) {
    for (const auto weights : whose) {
      groups.push_back(layer.*weights);
    }
  }
  return groups;
}

std::vector<Tensor> joined(const Groups& groups) {
  std::vector<Tensor> all;
  for (const auto& group : groups) {
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

// Undefined where the loss does not reach a weight, also because somebody took
// the weight out of the graph.
std::vector<Tensor> raw_gradients(
    const Tensor& loss, const std::vector<Tensor>& weights) {
  std::vector<Tensor> all(weights.size());
  std::vector<Tensor> asked;
  std::ranges::copy_if(weights, std::back_inserter(asked), [](const Tensor& w) {
    return w.requires_grad();
  });
  if (asked.empty() || !loss.defined() || !loss.requires_grad()) {
    return all;
  }
  const auto found = torch::autograd::grad(
      {loss},
      asked,
      {},
      /*retain_graph=*/true,
      /*create_graph=*/false,
      /*allow_unused=*/true);
  for (size_t i = 0, next = 0; i < weights.size(); ++i) {
    if (weights[i].requires_grad()) {
      all[i] = found[next++];
    }
  }
  return all;
}

// One flat gradient a group: zeros where the loss does not reach it.
std::vector<Tensor> gradients(const Tensor& loss, const Groups& groups) {
  const auto found = raw_gradients(loss, joined(groups));
  std::vector<Tensor> flat;
  auto next = found.begin();
  for (const auto& group : groups) {
    std::vector<Tensor> pieces{at::zeros({1}, at::kDouble)};
    for (const auto& weight : group) {
      const auto& own = *next++;
      pieces.push_back(
          own.defined() ? own.flatten().to(at::kCPU, at::kDouble)
                        : at::zeros({weight.numel()}, at::kDouble));
    }
    flat.push_back(at::cat(pieces));
  }
  return flat;
}

double norm_of(const Tensor& flat) {
  return flat.norm().item<double>();
}

void add_ratio(
    Measures& all, const std::string& name, double above, double below) {
  if (below > 0) {
    all.emplace_back(name, above / below);
  }
}

struct Flat {
  const Tensor &lm, &experts, &balance, &z;
};

Measures measures_of(const Flat& flat) {
  const double lm = norm_of(flat.lm), balance = norm_of(flat.balance),
               z = norm_of(flat.z);
  Measures all{
      {"gradient/lm", lm}, {"gradient/balance", balance}, {"gradient/z", z}};
  add_ratio(all, "router-lm-gradient", lm, norm_of(flat.experts));
  add_ratio(all, "lm-gradient-share", lm, lm + balance + z);
  add_ratio(all, "balance-over-lm", balance, lm);
  add_ratio(
      all,
      "gradient-conflict",
      flat.lm.dot(flat.balance).item<double>(),
      lm * balance);
  return all;
}

}  // namespace

std::vector<Measures> gradient_paths(
    const LossParts& losses, std::span<const LayerWeights> layers) {
  const auto routers = groups_of(layers, {&LayerWeights::router});
  const auto lm = gradients(
      losses.lm,
      groups_of(layers, {&LayerWeights::router, &LayerWeights::experts}));
  const auto balance = gradients(losses.balance, routers);
  const auto z = gradients(losses.z, routers);
  std::vector<Measures> all;
  all.reserve(layers.size());
  for (size_t l = 0; l < layers.size(); ++l) {
    all.push_back(measures_of({lm[2 * l], lm[2 * l + 1], balance[l], z[l]}));
  }
  return all;
}

}  // namespace moestro
