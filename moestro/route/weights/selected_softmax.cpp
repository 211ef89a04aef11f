// SPDX-License-Identifier: Apache-2.0
// weight = softmax over the logits of the chosen experts (Shazeer et al.,
// 1701.06538; gpt-oss), times the routing scale. Dropped pairs count in the
// denominator: what a full expert refuses is missing from the output.
//
// A masked softmax over E rather than exp(logit - max over all): a bias may
// choose experts far below the best one, whose exponentials would all be 0.
#include "moestro/route/weights/scaled.h"

namespace moestro::weights {
namespace selected_softmax_part {

Tensor share(const Assignment& pairs, const Scores& s, const Score&) {
  return softmax_among(
      cooled(s.logits_TE, s.temperature), chosen(pairs, s.logits_TE.size(0)));
}

std::unique_ptr<Weigh> make(Given given, const PartSite& site) {
  return make_share_of_chosen<share>("selected-softmax", given, site);
}

}  // namespace selected_softmax_part

extern constinit const Variant<Weigh> selected_softmax = {
    .info =
        {.name = "selected-softmax",
         .summary = "softmax over the chosen logits",
         .paper = "1701.06538",
         .params = kScaleParams,
         .offers = {Trait::kCausal, Trait::kEquivariant}},
    .make = selected_softmax_part::make};

}  // namespace moestro::weights
