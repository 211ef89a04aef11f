// SPDX-License-Identifier: Apache-2.0
// weight = live score / sum of the live scores of the token's chosen experts
// (Mixtral, 2401.04088; DeepSeek-V3, 2412.19437), times the routing scale.
// Dropped pairs count in the denominator: what a full expert refuses is missing
// from the output.
//
// No epsilon: it would halve the sum for scores of 1e-20. Where every chosen
// score is exactly 0 the shares are equal and have no gradient.
#include "moestro/base/error.h"
#include "moestro/ops/assign.h"
#include "moestro/ops/part.h"

namespace moestro::weights {
namespace normalised_part {

// [N] for each pair the sum over all pairs of its token.
Tensor token_sums(
    const Tensor& value_N, const Assignment& pairs, int64_t tokens) {
  return at::zeros({tokens}, value_N.options())
      .index_add(0, pairs.token_N, value_N)
      .index_select(0, pairs.token_N);
}

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

  Tensor weigh(const Assignment& pairs, const Scores& s) const override {
    const auto used_N = pairs.expert_N.ge(0);
    const auto score_N = at::where(used_N, at_pairs(s.live_TE, pairs), 0);
    const auto sum_N = token_sums(score_N, pairs, s.live_TE.size(0));
    const auto none_N = sum_N.eq(0);
    const auto count_N =
        token_sums(used_N.to(score_N.scalar_type()), pairs, s.live_TE.size(0));
    const auto share_N = at::where(
        none_N,
        count_N.clamp_min(1).reciprocal(),
        score_N / sum_N.masked_fill(none_N, 1));
    return at::where(served(pairs), share_N, 0) * scale_;
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
