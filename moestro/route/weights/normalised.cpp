// SPDX-License-Identifier: Apache-2.0
// weight = live score / sum of the live scores of the token's chosen experts
// (Mixtral, 2401.04088; DeepSeek-V3, 2412.19437), times the routing scale.
// Dropped pairs count in the denominator: what a full expert refuses is missing
// from the output.
//
// By the score's own shares, not by a division of scores: sigmoid scores of
// logits -200 and -201 are both 0 in single precision, and weigh .731 and .269.
#include "moestro/base/error.h"
#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"

namespace moestro::weights {
namespace normalised_part {

struct Params {
  double scale = 1;
};

constexpr Param kParams[] = {
    param<&Params::scale>("scale", "factor of all combine weights", {0, 1e9})
        .with(
            {.aliases = "moe.route_scale,moe.routed_scaling_factor,"
                        "moe.moe_router_topk_scaling_factor"})};

class Normalised final : public Weigh {
 public:
  Normalised(const Params& p, const PartSite& site) : scale_(p.scale) {
    if (site.top_k == 1) {
      fail_configuration(
          "moe.weigh=normalised with moe.top_k=1 makes every weight 1, so that "
          "no "
          "gradient reaches the router; set moe.weigh=raw");
    }
  }

  Tensor weigh(const Assignment& pairs, const Scores& s, const Score& score)
      const override {
    const auto share_TE = score
                              .shares(
                                  cooled(s.logits_TE, s.temperature),
                                  chosen(pairs, s.live_TE.size(0)))
                              .to(s.live_TE.scalar_type());
    return at::where(served(pairs), at_pairs(share_TE, pairs), 0) * scale_;
  }

 private:
  double scale_;
};

}  // namespace normalised_part

extern constinit const Variant<Weigh> normalised = {
    .info =
        {.name = "normalised",
         .summary = "live scores divided by their sum over the chosen",
         .paper = "2401.04088",
         .params = normalised_part::kParams,
         .offers = {Trait::kCausal, Trait::kEquivariant}},
    .make =
        make_part<Weigh, normalised_part::Normalised, normalised_part::Params>};

}  // namespace moestro::weights
