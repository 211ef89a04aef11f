// SPDX-License-Identifier: Apache-2.0
// E * sum f_e P_e for each sequence by itself, then the mean over sequences
// that hold a real token (DeepSeek-V3, 2412.19437, eq. 17-20).
#include "moestro/ops/part.h"

namespace moestro::losses {
namespace sequence_part {

struct Params {
  double weight = 1e-4;
};

constexpr Param kParams[] = {param<&Params::weight>(
    "weight",
    "factor of the loss in the sum that training minimises",
    {0, 1e6})};

class Sequence final : public Loss {
 public:
  Sequence(const Params& p, const PartSite&) : p_(p) {}

  Tensor value(const LossView& v) const override {
    const auto& s = v.sums;
    const auto type = s.prob_SE.scalar_type();
    const auto demand_SE = s.demand_SE.to(type);
    const auto f_SE = demand_SE / demand_SE.sum(1, true).clamp_min(1);
    const auto p_SE = s.prob_SE / s.valid_S.unsqueeze(1).clamp_min(1);
    const auto real = s.valid_S.gt(0).sum().clamp_min(1);
    return s.prob_SE.size(1) * (f_SE * p_SE).sum() / real;
  }
  double weight() const override { return p_.weight; }

 private:
  Params p_;
};

}  // namespace sequence_part

extern constinit const Variant<Loss> sequence_loss = {
    .info =
        {.name = "sequence",
         .summary = "demand times probability, per sequence",
         .paper = "2412.19437",
         .params = sequence_part::kParams},
    .make = make_part<Loss, sequence_part::Sequence, sequence_part::Params>};

}  // namespace moestro::losses
