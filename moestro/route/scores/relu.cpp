// SPDX-License-Identifier: Apache-2.0
// Zero or positive, used as it is (ReMoE, 2412.14711). Probabilities are the
// shares of the positive part. A token without any positive score has equal
// shares and no gradient: the shares of every token sum to 1, and the ReLU
// would hand on no gradient there anyway.
#include "moestro/ops/part.h"

namespace moestro::scores {
namespace relu_part {

class Relu final : public Score {
 public:
  explicit Relu(const PartSite&) {}

  Tensor score(const Tensor& logits) const override { return logits.relu(); }
  Tensor probabilities(const Tensor& logits) const override {
    const auto score = logits.relu();
    const auto sum = score.sum(-1, true);
    const auto none = sum.eq(0);
    const auto share = score / sum.masked_fill(none, 1);
    return share.masked_fill(none, 1.0 / static_cast<double>(score.size(-1)));
  }
};

}  // namespace relu_part

extern constinit const Variant<Score> relu = {
    .info =
        {.name = "relu",
         .summary = "zero or positive, sparse by itself",
         .paper = "2412.14711",
         .offers = {Trait::kCausal, Trait::kEquivariant}},
    .make = make_plain<Score, relu_part::Relu>};

}  // namespace moestro::scores
