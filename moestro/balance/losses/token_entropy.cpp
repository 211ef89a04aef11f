// SPDX-License-Identifier: Apache-2.0
// Mean over tokens of the entropy H(p_t), in nats (Mod-Squad, 2212.08066):
// minimised by confident tokens.
#include "moestro/balance/shares.h"
#include "moestro/ops/part.h"

namespace moestro::losses {
namespace token_entropy_part {

struct Params {
  double weight = 1e-3;
};

constexpr Param kParams[] = {param<&Params::weight>(
    "weight",
    "factor of the loss in the sum that training minimises",
    {0, 1e6})};

class TokenEntropy final : public Loss {
 public:
  TokenEntropy(const Params& p, const PartSite&) : p_(p) {}

  Tensor value(const LossView& v) const override {
    return v.sums.entropy_S.sum() / real_tokens(v.sums);
  }
  double weight() const override { return p_.weight; }

 private:
  Params p_;
};

}  // namespace token_entropy_part

extern constinit const Variant<Loss> token_entropy_loss = {
    .info =
        {.name = "token-entropy",
         .summary = "confident tokens",
         .paper = "2212.08066",
         .params = token_entropy_part::kParams},
    .make = make_part<
        Loss,
        token_entropy_part::TokenEntropy,
        token_entropy_part::Params>};

}  // namespace moestro::losses
