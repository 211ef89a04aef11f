// SPDX-License-Identifier: Apache-2.0
#include "moestro/probe/gradient_probe.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <torch/csrc/autograd/autograd.h>

#include "moestro/tensor/transfer.h"

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

// A list of gradients a group.
Groups gradients(const Tensor& loss, const Groups& groups) {
  const auto found = raw_gradients(loss, joined(groups));
  Groups own;
  auto next = found.begin();
  for (const auto& group : groups) {
    own.emplace_back(next, next + std::ssize(group));
    next += std::ssize(group);
  }
  return own;
}

// [1], double, where the terms are.
Tensor total(const std::vector<Tensor>& terms) {
  return terms.empty() ? at::zeros({1}, at::kDouble)
                       : at::cat(terms).sum(0, true);
}

Tensor squared_length(const std::vector<Tensor>& gradients) {
  std::vector<Tensor> squares;
  for (const auto& own : gradients) {
    if (own.defined()) {
      squares.push_back(
          own.detach().flatten().norm(2, at::kDouble).square().view({1}));
    }
  }
  return total(squares);
}

Tensor product(const std::vector<Tensor>& one, const std::vector<Tensor>& two) {
  std::vector<Tensor> sums;
  for (size_t i = 0; i < one.size(); ++i) {
    if (one[i].defined() && two[i].defined()) {
      sums.push_back(one[i]
                         .flatten()
                         .to(at::kDouble)
                         .dot(two[i].flatten().to(at::kDouble))
                         .view({1}));
    }
  }
  return total(sums);
}

void add_ratio(
    Measures& all, const std::string& name, double above, double below) {
  if (below > 0) {
    all.emplace_back(name, above / below);
  }
}

// Gradients of one layer's router and experts.
struct Paths {
  const std::vector<Tensor>&lm, &experts, &balance, &z;
};

// Where the numbers of a layer will have arrived.
struct Places {
  size_t lm, experts, balance, z, conflict;
};

Places send(const Paths& paths, Transfer& transfer) {
  return {
      .lm = transfer.add(squared_length(paths.lm)),
      .experts = transfer.add(squared_length(paths.experts)),
      .balance = transfer.add(squared_length(paths.balance)),
      .z = transfer.add(squared_length(paths.z)),
      .conflict = transfer.add(product(paths.lm, paths.balance))};
}

Measures measures_of(const Places& places, const Transfer& transfer) {
  const auto length = [&transfer](size_t place) {
    return std::sqrt(transfer.number(place));
  };
  const double lm = length(places.lm), balance = length(places.balance),
               z = length(places.z);
  Measures all{
      {"gradient/lm", lm}, {"gradient/balance", balance}, {"gradient/z", z}};
  add_ratio(all, "router-lm-gradient", lm, length(places.experts));
  add_ratio(all, "lm-gradient-share", lm, lm + balance + z);
  add_ratio(all, "balance-over-lm", balance, lm);
  add_ratio(
      all, "gradient-conflict", transfer.number(places.conflict), lm * balance);
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
  Transfer transfer;
  std::vector<Places> places;
  for (size_t l = 0; l < layers.size(); ++l) {
    places.push_back(
        send({lm[2 * l], lm[2 * l + 1], balance[l], z[l]}, transfer));
  }
  transfer.go();
  std::vector<Measures> all;
  for (const auto& layer : places) {
    all.push_back(measures_of(layer, transfer));
  }
  return all;
}

}  // namespace moestro
