// SPDX-License-Identifier: Apache-2.0
#include "moestro/probe/gradient_probe.h"

#include <torch/csrc/autograd/autograd.h>

namespace moestro {
namespace {

using Weights = std::vector<Tensor> LayerWeights::*;

// One flat gradient a layer: zeros where a loss does not reach it.
std::vector<Tensor> gradients(
    const Tensor& loss,
    std::span<const LayerWeights> layers,
    std::initializer_list<Weights> groups) {
  std::vector<Tensor> inputs;
  for (const auto& layer : layers) {
    for (const auto group : groups) {
      for (const auto& weight : layer.*group) {
        inputs.push_back(weight);
      }
    }
  }
  const bool reaches = loss.defined() && loss.requires_grad();
  std::vector<Tensor> found(inputs.size());
  if (reaches && !inputs.empty()) {
    found = torch::autograd::grad(
        {loss},
        inputs,
        {},
        /*retain_graph=*/true,
        /*create_graph=*/false,
        /*allow_unused=*/true);
  }
  std::vector<Tensor> flat;
  auto next = found.begin();
  for (const auto& layer : layers) {
    for (const auto group : groups) {
      std::vector<Tensor> pieces{at::zeros({1}, at::kDouble)};
      for (size_t i = 0; i < (layer.*group).size(); ++i, ++next) {
        pieces.push_back(
            next->defined()
                ? next->flatten().to(at::kCPU, at::kDouble)
                : at::zeros({(layer.*group)[i].numel()}, at::kDouble));
      }
      flat.push_back(at::cat(pieces));
    }
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
  const auto lm = gradients(
      losses.lm, layers, {&LayerWeights::router, &LayerWeights::experts});
  const auto balance =
      gradients(losses.balance, layers, {&LayerWeights::router});
  const auto z = gradients(losses.z, layers, {&LayerWeights::router});
  std::vector<Measures> all;
  for (size_t l = 0; l < layers.size(); ++l) {
    all.push_back(measures_of({lm[2 * l], lm[2 * l + 1], balance[l], z[l]}));
  }
  return all;
}

}  // namespace moestro
