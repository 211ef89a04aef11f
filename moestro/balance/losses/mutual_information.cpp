// SPDX-License-Identifier: Apache-2.0
// Mean H(p_t) - H(mean p) = -I(token; expert), in nats (Mod-Squad, 2212.08066):
// confident tokens and equal experts at once. Bounded below by -ln E. A very
// confident gate has no gradient left: pair it with a z loss.
#include "moestro/balance/shares.h"
#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"

namespace moestro::losses {
namespace mutual_information_part {

struct Params {
  double weight = 1e-3;
};

constexpr Param kParams[] = {param<&Params::weight>(
    "weight",
    "factor of the loss in the sum that training minimises",
    {0, 1e6})};

class MutualInformation final : public Loss {
 public:
  MutualInformation(const Params& p, const PartSite&) : p_(p) {}

  Tensor value(const LossView& v) const override {
    const auto token = v.sums.entropy_S.sum() / real_tokens(v.sums);
    return token - entropy(mean_prob(v.sums));
  }
  double weight() const override { return p_.weight; }

 private:
  Params p_;
};

}  // namespace mutual_information_part

extern constinit const Variant<Loss> mutual_information_loss = {
    .info =
        {.name = "mutual-information",
         .summary = "confident tokens, equal experts",
         .paper = "2212.08066",
         .params = mutual_information_part::kParams},
    .make = make_part<
        Loss,
        mutual_information_part::MutualInformation,
        mutual_information_part::Params>};

}  // namespace moestro::losses
