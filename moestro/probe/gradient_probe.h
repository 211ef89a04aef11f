// SPDX-License-Identifier: Apache-2.0
// Which losses move the router (R9): the gradients of the language model, of
// the balance losses and of the z-loss on it, one by one.
#pragma once

#include <span>

#include "moestro/probe/measures.h"

MOESTRO_API_BEGIN
namespace moestro {

// Scalars with their graphs, weighted as training adds them; undefined or
// without gradient = there is none.
struct LossParts {
  Tensor lm, balance, z;
};
struct LayerWeights {
  std::vector<Tensor> router, experts;
};

// For each layer "gradient/lm", "gradient/balance", "gradient/z" (norms on the
// router), "router-lm-gradient" (over the language model's on the experts),
// "lm-gradient-share", "balance-over-lm", "gradient-conflict" (cosine of lm and
// balance); what is 0 / 0 is left out. The graphs stay for a backward pass.
[[nodiscard]] std::vector<Measures> gradient_paths(
    const LossParts&, std::span<const LayerWeights>);

}  // namespace moestro
MOESTRO_API_END
