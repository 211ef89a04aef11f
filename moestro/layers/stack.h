// SPDX-License-Identifier: Apache-2.0
// The layers of one model, one a block, with what each routing carries from
// step to step: knobs and layout stand here and nowhere else.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/layers/layer.h"

MOESTRO_API_BEGIN
namespace moestro {

struct StackSite {
  int64_t model_dim = 0;
  int64_t vocabulary = 0;  // token ids lie below; 0 = tokens have no ids
  uint64_t seed = 0;
  bool causal = true;
  bool replays = false;  // passes may force experts
};

// One layer's forward as whoever taps it sees it.
struct LayerPass {
  const Tensor& x_TD;
  const LayerOutput& out;
  const RouteContext& context;
};

// What one forward of the layers needs besides its input.
struct Pass {
  Phase phase = Phase::kTrain;
  Moment at;
  const Tokens& tokens;
  // Called after each layer, in order.
  std::function<void(const LayerPass&)> tap{};
  std::span<const Tensor> replay_TK{};  // one a layer, or none
};

class Stack : public Part {
 public:
  // ConfigurationError when a layer's parts do not fit together.
  Stack(const Registry&, std::span<const LayerSpec>, const StackSite&);

  [[nodiscard]] size_t size() const { return blocks_.size(); }
  [[nodiscard]] Layer& layer(size_t i) { return *blocks_[i].layer; }
  [[nodiscard]] const Layer& layer(size_t i) const { return *blocks_[i].layer; }
  [[nodiscard]] const LayerSpec& spec(size_t i) const {
    return blocks_[i].spec;
  }
  // The layer sends tokens to experts.
  [[nodiscard]] bool routes(size_t i) const { return blocks_[i].routes; }
  // At least one, also where nothing is routed.
  [[nodiscard]] std::vector<RoutingState>& routings(size_t i) {
    return blocks_[i].routings;
  }

  // "00.router.gate.weight", ...
  void tensors(const TensorVisitor&) override;

  // Layer i on x [T, D]; `at.layer` of the pass is overwritten.
  [[nodiscard]] LayerOutput forward(
      size_t i, const Tensor& x_TD, const Pass&) const;

 private:
  struct Block {
    LayerSpec spec;
    std::unique_ptr<Layer> layer;
    bool routes;
    std::vector<RoutingState> routings;
  };
  std::vector<Block> blocks_;
};

}  // namespace moestro
MOESTRO_API_END
