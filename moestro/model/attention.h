// SPDX-License-Identifier: Apache-2.0
// Causal multi-head attention with rotary positions (2104.09864).
#pragma once

#include "moestro/base/api.h"
#include "moestro/model/options.h"
#include "moestro/ops/part.h"

MOESTRO_API_BEGIN
namespace moestro {

class Attention : public Part {
 public:
  Attention(const ModelOptions&, uint64_t seed, int32_t layer);

  void tensors(const TensorVisitor&) override;
  // [S, L, D] -> [S, L, D]; position l sees positions 0..l.
  [[nodiscard]] Tensor forward(const Tensor& x_SLD) const;

 private:
  struct Angles {
    Tensor cos_Ld, sin_Ld;
  };
  [[nodiscard]] Angles angles(int64_t length, at::Device) const;
  [[nodiscard]] static Tensor rotate(const Tensor& x_SHLd, const Angles&);

  int64_t heads_;
  Tensor qkv_, out_;
  Tensor cos_Ld_, sin_Ld_;
};

}  // namespace moestro
MOESTRO_API_END
