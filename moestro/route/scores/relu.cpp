// SPDX-License-Identifier: Apache-2.0
// Zero or positive, used as it is (ReMoE, 2412.14711). A token without
// any positive score has equal shares and no gradient: the shares of every
// token sum to 1, and the ReLU would hand on no gradient there anyway.
#include <ATen/ops/ones_like.h>

#include "moestro/ops/part.h"

namespace moestro::scores {
namespace relu_part {

class Relu final : public Score {
 public:
  explicit Relu(const PartSite&) {}

  Tensor score(const Tensor& logits) const override { return logits.relu(); }
  Tensor shares(const Tensor& logits, const Tensor& among_TE) const override {
    const auto all_TE = at::ones_like(logits, at::kBool);
    const auto& mine_TE = among_TE.defined() ? among_TE : all_TE;
    const auto score = logits.relu() * mine_TE;
    const auto sum = score.sum(-1, true);
    const auto none = sum.eq(0);
    const auto count = mine_TE.sum(-1, true).clamp_min(1);
    return at::where(none, mine_TE / count, score / sum.masked_fill(none, 1));
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
