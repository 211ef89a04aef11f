// SPDX-License-Identifier: Apache-2.0
// weight = share of the expert in the softmax over the logits of all experts,
// whatever the score ranks by (times the routing scale). With softmax scores
// this is `raw`.
#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"

namespace moestro::weights {
namespace all_part {

struct Params {
  double scale = 1;
};

constexpr Param kParams[] = {
    param<&Params::scale>("scale", "factor of all combine weights", {0, 1e9})
        .with(
            {.aliases = "moe.route_scale,moe.routed_scaling_factor,"
                        "moe.moe_router_topk_scaling_factor"})};

class All final : public Weigh {
 public:
  All(const Params& p, const PartSite&) : scale_(p.scale) {}

  Tensor weigh(
      const Assignment& pairs, const Scores& s, const Score&) const override {
    const auto share_TE = cooled(s.logits_TE, s.temperature)
                              .softmax(1)
                              .to(s.live_TE.scalar_type());
    return at::where(served(pairs), at_pairs(share_TE, pairs), 0) * scale_;
  }

 private:
  double scale_;
};

}  // namespace all_part

extern constinit const Variant<Weigh> all = {
    .info =
        {.name = "all",
         .summary = "share in the softmax over all experts",
         .paper = "2101.03961",
         .params = all_part::kParams,
         .offers = {Trait::kCausal, Trait::kEquivariant}},
    .make = make_part<Weigh, all_part::All, all_part::Params>};

}  // namespace moestro::weights
