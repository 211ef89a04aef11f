// SPDX-License-Identifier: Apache-2.0
// A causal byte-level transformer: RMSNorm, rotary attention, and in each block
// the layer that the configuration names.
#pragma once

#include "moestro/layers/stack.h"
#include "moestro/model/attention.h"

MOESTRO_API_BEGIN
namespace moestro {

class Transformer : public Part {
 public:
  // One block a layer of the stack, which must outlive the model.
  Transformer(const ModelOptions&, Stack&, uint64_t seed);

  // Named "embedding", "block.03.attention.qkv", ...
  void tensors(const TensorVisitor&) override;
  // [S, L] int64 bytes -> [S, L, 256] logits of the next byte.
  [[nodiscard]] Tensor forward(const Tensor& bytes_SL, const Pass&) const;

 private:
  struct Block {
    Tensor norm1, norm2;
    std::unique_ptr<Attention> attention;
  };

  Stack& layers_;
  Tensor embedding_VD_, head_VD_, norm_;
  std::vector<Block> blocks_;
};

// Tokens of S sequences of L real bytes each; `first_serial` numbers the first
// one within the global batch of the step.
[[nodiscard]] Tokens tokens_of(const Tensor& bytes_SL, int64_t first_serial);

}  // namespace moestro
MOESTRO_API_END
