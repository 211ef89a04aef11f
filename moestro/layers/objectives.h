// SPDX-License-Identifier: Apache-2.0
// The balance losses of every layer, by name and in the order of
// Knobs::loss_weight.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "moestro/layers/stack.h"

MOESTRO_API_BEGIN
namespace moestro {

struct NamedLoss {
  std::string name;
  std::unique_ptr<Loss> loss;
};

class Objectives {
 public:
  Objectives(const Registry&, const Stack&, const StackSite&);

  [[nodiscard]] const std::vector<NamedLoss>& of(size_t layer) const {
    return losses_[layer];
  }
  // Weights that the layer starts from.
  [[nodiscard]] std::vector<double> weights(size_t layer) const;
  // Layers over which the layers' values are averaged.
  [[nodiscard]] int64_t routed_layers() const { return routed_; }
  // A loss asks for the counts of the whole step before the first forward.
  [[nodiscard]] bool counts_beforehand() const;

 private:
  std::vector<std::vector<NamedLoss>> losses_;
  int64_t routed_ = 0;
};

}  // namespace moestro
MOESTRO_API_END
