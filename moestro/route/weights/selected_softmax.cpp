// SPDX-License-Identifier: Apache-2.0
// weight = softmax over the logits of the chosen experts (Shazeer et al.,
// 1701.06538; gpt-oss), times the routing scale. Dropped pairs count in the
// denominator: what a full expert refuses is missing from the output.
//
// A masked softmax over E rather than exp(logit - max over all): a bias may
// choose experts far below the best one, whose exponentials would all be 0.
#include "moestro/base/error.h"
#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"

namespace moestro::weights {
namespace selected_softmax_part {

struct Params {
  double scale = 1;
};

constexpr Param kParams[] = {
    param<&Params::scale>("scale", "factor of all combine weights", {0, 1e9})
        .with(
            {.aliases = "moe.route_scale,moe.routed_scaling_factor,"
                        "moe.moe_router_topk_scaling_factor"})};

class SelectedSoftmax final : public Weigh {
 public:
  SelectedSoftmax(const Params& p, const PartSite& site) : scale_(p.scale) {
    if (site.top_k == 1) {
      fail_configuration(
          "moe.weigh=selected-softmax with moe.top_k=1 makes every weight 1, "
          "so that no "
          "gradient reaches the router; set moe.weigh=raw");
    }
  }

  Tensor weigh(
      const Assignment& pairs, const Scores& s, const Score&) const override {
    const auto share_TE = softmax_among(
                              cooled(s.logits_TE, s.temperature),
                              chosen(pairs, s.logits_TE.size(0)))
                              .to(s.live_TE.scalar_type());
    return at::where(served(pairs), at_pairs(share_TE, pairs), 0) * scale_;
  }

 private:
  double scale_;
};

}  // namespace selected_softmax_part

extern constinit const Variant<Weigh> selected_softmax = {
    .info =
        {.name = "selected-softmax",
         .summary = "softmax over the chosen logits",
         .paper = "1701.06538",
         .params = selected_softmax_part::kParams,
         .offers = {Trait::kCausal, Trait::kEquivariant}},
    .make = make_part<
        Weigh,
        selected_softmax_part::SelectedSoftmax,
        selected_softmax_part::Params>};

}  // namespace moestro::weights
