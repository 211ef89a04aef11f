// SPDX-License-Identifier: Apache-2.0
// weight = live score of the expert (Switch, 2101.03961; ReMoE, 2412.14711),
// times the routing scale.
#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"

namespace moestro::weights {
namespace raw_part {

struct Params {
  double scale = 1;
};

constexpr Param kParams[] = {
    param<&Params::scale>("scale", "factor of all combine weights", {0, 1e9})
        .with(
            {.aliases = "moe.route_scale,moe.routed_scaling_factor,"
                        "moe.moe_router_topk_scaling_factor"})};

class Raw final : public Weigh {
 public:
  Raw(const Params& p, const PartSite&) : scale_(p.scale) {}

  Tensor weigh(
      const Assignment& pairs, const Scores& s, const Score&) const override {
    return at::where(served(pairs), at_pairs(s.live_TE, pairs), 0) * scale_;
  }

 private:
  double scale_;
};

}  // namespace raw_part

extern constinit const Variant<Weigh> raw = {
    .info =
        {.name = "raw",
         .summary = "the live score as it is",
         .paper = "2101.03961",
         .params = raw_part::kParams,
         .offers = {Trait::kCausal, Trait::kEquivariant}},
    .make = make_part<Weigh, raw_part::Raw, raw_part::Params>};

}  // namespace moestro::weights
