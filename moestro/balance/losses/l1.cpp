// SPDX-License-Identifier: Apache-2.0
// Mean over tokens of the sum of |weight| (ReMoE, 2412.14711): drives ReLU
// scores to zero. Weights are never negative, so the mass is their L1 norm.
#include "moestro/balance/shares.h"
#include "moestro/ops/part.h"

namespace moestro::losses {
namespace l1_part {

struct Params {
  double weight = 1e-8;
};

constexpr Param kParams[] = {param<&Params::weight>(
    "weight",
    "factor of the loss in the sum that training minimises",
    {0, 1e6})};

class L1 final : public Loss {
 public:
  L1(const Params& p, const PartSite&) : p_(p) {}

  Tensor value(const LossView& v) const override {
    return v.sums.mass_SE.sum() / real_tokens(v.sums);
  }
  double weight() const override { return p_.weight; }

 private:
  Params p_;
};

}  // namespace l1_part

extern constinit const Variant<Loss> l1_loss = {
    .info =
        {.name = "l1",
         .summary = "drives weights to zero",
         .paper = "2412.14711",
         .params = l1_part::kParams},
    .make = make_part<Loss, l1_part::L1, l1_part::Params>};

}  // namespace moestro::losses
