// SPDX-License-Identifier: Apache-2.0
// Shares of a token among all experts. Shifting all logits changes nothing, so
// only a z loss sees a common drift.
#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"

namespace moestro::scores {
namespace softmax_part {

class Softmax final : public Score {
 public:
  explicit Softmax(const PartSite&) {}

  Tensor score(const Tensor& logits) const override {
    return logits.softmax(-1);
  }
  Tensor shares(const Tensor& logits, const Tensor& among_TE) const override {
    return softmax_among(logits, among_TE);
  }
};

}  // namespace softmax_part

extern constinit const Variant<Score> softmax = {
    .info =
        {.name = "softmax",
         .summary = "experts share one unit of score",
         .paper = "1701.06538",
         .offers = {Trait::kUnitSum, Trait::kCausal, Trait::kEquivariant}},
    .make = make_plain<Score, softmax_part::Softmax>};

}  // namespace moestro::scores
