// SPDX-License-Identifier: Apache-2.0
// A causal byte-level transformer: RMSNorm, rotary attention, and in each block
// the layer that the configuration names.
#pragma once

#include "moestro/base/api.h"
#include "moestro/layers/layer.h"
#include "moestro/model/attention.h"

MOESTRO_API_BEGIN
namespace moestro {

// What one forward needs besides the bytes.
struct Pass {
  Phase phase = Phase::kTrain;
  Moment at;
  const Tokens& tokens;
  std::span<const Knobs> knobs;  // one a block
  // Called for each routing of each block, in order.
  std::function<void(
      int32_t layer,
      const std::string& name,
      const Routing&,
      const RouteContext&)>
      tap{};
  // Called with the input and the output of each block's layer.
  std::function<void(int32_t layer, const Tensor& x_TD, const LayerOutput&)>
      watch{};
};

class Transformer : public Part {
 public:
  static constexpr int64_t kVocabulary = 256;

  Transformer(
      const ModelOptions&,
      std::span<const LayerSpec> layers,
      const Registry&,
      uint64_t seed);

  // Named "embedding", "block.03.attention.qkv", ...
  void tensors(const TensorVisitor&) override;
  // [S, L] int64 bytes -> [S, L, 256] logits of the next byte.
  [[nodiscard]] Tensor forward(const Tensor& bytes_SL, const Pass&) const;

  [[nodiscard]] size_t num_blocks() const { return blocks_.size(); }
  [[nodiscard]] const Layer& layer(size_t block) const {
    return *blocks_[block].layer;
  }
  [[nodiscard]] Layer& layer(size_t block) { return *blocks_[block].layer; }
  [[nodiscard]] const Layout& layout(size_t block) const {
    return blocks_[block].layout;
  }

 private:
  struct Block {
    Tensor norm1, norm2;
    std::unique_ptr<Attention> attention;
    std::unique_ptr<Layer> layer;
    Layout layout;
  };

  [[nodiscard]] Tensor run_layer(
      size_t block, const Tensor& x_SLD, const Pass&) const;

  Tensor embedding_VD_, head_VD_, norm_;
  std::vector<Block> blocks_;
};

// Tokens of S sequences of L real bytes each; `first_serial` numbers the first
// one within the global batch of the step.
[[nodiscard]] Tokens tokens_of(const Tensor& bytes_SL, int64_t first_serial);

}  // namespace moestro
MOESTRO_API_END
