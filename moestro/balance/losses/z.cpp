// SPDX-License-Identifier: Apache-2.0
// Mean over tokens of (logsumexp of the logits)^2 (ST-MoE, 2202.08906): the
// only one that sees a common shift of the logits.
#include "moestro/balance/shares.h"
#include "moestro/ops/part.h"

namespace moestro::losses {
namespace z_part {

struct Params {
  double weight = 1e-3;
};

constexpr Param kParams[] = {param<&Params::weight>(
    "weight",
    "factor of the loss in the sum that training minimises",
    {0, 1e6})};

class Z final : public Loss {
 public:
  Z(const Params& p, const PartSite&) : p_(p) {}

  Tensor value(const LossView& v) const override {
    return v.sums.lse2_S.sum() / real_tokens(v.sums);
  }
  double weight() const override { return p_.weight; }

 private:
  Params p_;
};

}  // namespace z_part

extern constinit const Variant<Loss> z_loss = {
    .info =
        {.name = "z",
         .summary = "keeps logits small",
         .paper = "2202.08906",
         .params = z_part::kParams},
    .make = make_part<Loss, z_part::Z, z_part::Params>};

}  // namespace moestro::losses
