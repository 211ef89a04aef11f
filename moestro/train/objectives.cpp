// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/objectives.h"

#include "moestro/base/text.h"
#include "moestro/layers/layer.h"

namespace moestro {

Objectives::Objectives(const Registry& registry, const Config& config) {
  for (size_t l = 0; l < config.layers.size(); ++l) {
    const auto& spec = config.layers[l];
    auto& losses = losses_.emplace_back();
    if (!routes(registry, spec)) {
      continue;
    }
    ++routed_;
    const auto site = site_of(
        spec,
        {.model_dim = config.model.dim,
         .layer = static_cast<int32_t>(l),
         .num_layers = static_cast<int32_t>(config.layers.size())});
    for (const auto name : split(spec.moe.losses)) {
      losses.push_back(
          {std::string(name), make_from<Loss>(registry, spec, name, site)});
    }
  }
}

std::vector<double> Objectives::weights(size_t layer) const {
  std::vector<double> all;
  for (const auto& named : losses_[layer]) {
    all.push_back(named.loss->weight());
  }
  return all;
}

bool Objectives::counts_beforehand() const {
  for (const auto& layer : losses_) {
    for (const auto& named : layer) {
      if (named.loss->scope() == Scope::kExact) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace moestro
