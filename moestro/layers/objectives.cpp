// SPDX-License-Identifier: Apache-2.0
#include "moestro/layers/objectives.h"

#include "moestro/base/text.h"

namespace moestro {

Objectives::Objectives(
    const Registry& registry, const Stack& stack, const StackSite& where) {
  for (size_t l = 0; l < stack.size(); ++l) {
    const auto& spec = stack.spec(l);
    auto& losses = losses_.emplace_back();
    if (!stack.routes(l)) {
      continue;
    }
    ++routed_;
    const auto site = site_of(
        spec,
        {.model_dim = where.model_dim,
         .layer = static_cast<int32_t>(l),
         .num_layers = static_cast<int32_t>(stack.size())});
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
