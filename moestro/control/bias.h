// SPDX-License-Identifier: Apache-2.0
// What the controllers of the selection bias share. Torch-free.
#pragma once

#include <numeric>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/base/error.h"
#include "moestro/control/controller.h"

MOESTRO_API_BEGIN
namespace moestro {

// [E] wanted minus actual demand, in units of the mean demand; 0 for everybody
// when nobody asked.
[[nodiscard]] inline std::vector<double> lack_of(const LayerControl& layer) {
  const auto& demand = layer.totals.counts.demand;
  const auto& target = layer.layout.target;
  require(
      demand.size() == target.size(),
      "[lack_of] one demand per expert; got demand=" +
          std::to_string(demand.size()) +
          " experts=" + std::to_string(target.size()));
  const auto all = std::accumulate(demand.begin(), demand.end(), int64_t{0});
  std::vector<double> lack(demand.size(), 0.0);
  if (all == 0) {
    return lack;
  }
  const auto experts = static_cast<double>(demand.size());
  const auto total = static_cast<double>(all);
  for (size_t e = 0; e < demand.size(); ++e) {
    const auto asked = static_cast<double>(demand[e]);
    lack[e] = experts * (target[e] * total - asked) / total;
  }
  return lack;
}

// Adds a change and takes off the mean: a common shift never changes a
// selection, and would grow without end. Sums are formed in double.
inline void move_bias(
    std::vector<float>& bias, const std::vector<double>& change) {
  bias.resize(change.size(), 0.0F);
  double mean = 0;
  for (size_t e = 0; e < bias.size(); ++e) {
    mean += (bias[e] + change[e]) / static_cast<double>(bias.size());
  }
  for (size_t e = 0; e < bias.size(); ++e) {
    bias[e] = static_cast<float>(bias[e] + change[e] - mean);
  }
}

struct MemoryParams {
  double memory = 0;
};

inline constexpr Param kMemoryParams[] = {param<&MemoryParams::memory>(
    "memory", "share of the old bias that stays", {0, 0.999})};

// The wanted bias without its mean, of which a share `memory` waits.
inline void blend_bias(
    std::vector<float>& bias, std::vector<double> wanted, double memory) {
  for (size_t e = 0; e < bias.size(); ++e) {
    wanted[e] = (1 - memory) * (wanted[e] - bias[e]);
  }
  move_bias(bias, wanted);
}

// The bias is added to the score. Saved with the controller, so that nobody
// reads a bias of the other sign (Megatron-LM#6802).
class BiasSign {
 public:
  void state(const Controller::StateVisitor& visit) {
    visit("bias_sign", sign_);
  }
  // Fails when the restored state says otherwise.
  void check() const {
    if (sign_ != std::vector<double>{1}) {
      fail_data(
          "controller state: bias_sign is 1 (the bias is added to the score); "
          "this state was written with another convention");
    }
  }

 private:
  std::vector<double> sign_ = {1};
};

}  // namespace moestro
MOESTRO_API_END
