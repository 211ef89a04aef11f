// SPDX-License-Identifier: Apache-2.0
// Each expert for itself (DeepSeek-V3, 2412.19437). Shares are
// sigma_e / sum sigma, normalised in the log domain: logits of -48 give scores
// of 1e-21, where a denominator with an additive epsilon would halve the sum
// (Megatron-LM#1545, OLMo-core#255), and logits of -200 give scores of 0 in
// single precision.
#include <ATen/ops/log_sigmoid.h>

#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"

namespace moestro::scores {
namespace sigmoid_part {

class Sigmoid final : public Score {
 public:
  explicit Sigmoid(const PartSite&) {}

  Tensor score(const Tensor& logits) const override { return logits.sigmoid(); }
  Tensor shares(const Tensor& logits, const Tensor& among_TE) const override {
    return softmax_among(at::log_sigmoid(logits), among_TE);
  }
};

}  // namespace sigmoid_part

extern constinit const Variant<Score> sigmoid = {
    .info =
        {.name = "sigmoid",
         .summary = "each expert is scored for itself between 0 and 1",
         .paper = "2412.19437",
         .offers = {Trait::kCausal, Trait::kEquivariant}},
    .make = make_plain<Score, sigmoid_part::Sigmoid>};

}  // namespace moestro::scores
